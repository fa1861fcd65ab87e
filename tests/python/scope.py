"""Nothing forgotten: every method of the client is exercised, or left out for a reason."""

import inspect
import re

from checks import check, same

# Why a method is none of ours, by what its name says.
LEFT_OUT = {
    "files and history of a repository": r".*(file|files|folder|commit|commits|tree|tag|branch|refs|revision|history"
    r"|file_exists|paths_info|checksums|metadata|download|lfs_files|bucket\w*|parquet\w*|buckets|attachment)$",
    "what runs in a Space": r".*(space_\w+|_space|zero_gpu\w*|spaces_hardware|search_spaces)$",
    "jobs": r".*(job|jobs|job_\w+|uv_job|jobs_hardware)$",
    "inference": r".*(inference_\w+)$",
    "leaderboards, tags and papers": r".*(leaderboard|_tags|papers|paper|paper_info)$",
    "running another method in the background": r"run_as_future$",
}
# Names that a pattern above takes by mistake.
OURS = {"list_user_repos", "update_collection_metadata", "space_info"}


@check
def every_method_of_the_client_is_exercised_or_left_out_for_a_reason(hub):
    methods = {
        name
        for name, _ in inspect.getmembers(hub.package.HfApi, callable)
        if not name.startswith("_")
    }
    left_out = {
        name for name in methods - OURS if any(re.fullmatch(pattern, name) for pattern in LEFT_OUT.values())
    }
    in_scope = methods - left_out
    same(sorted(in_scope - hub.api.called), [])
    same(sorted(left_out & hub.api.called), [])
    print(f"counted: the Python client has {len(in_scope)} methods of ours, all called; {len(left_out)} left out")
