"""The service's JSON API against its own OpenAPI document: what schemathesis makes up from the document, with the
token of an admin, is never answered with a 5xx, and every answer is one that the document describes.

Run by `cargo xtask test`. By hand, with any Python that has schemathesis:
    python tests/python/test_api.py --hubfolk target/debug/hubfolk
"""

import argparse
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

ORGANIZATION = "meridian-labs"
SECONDS = 60
# What schemathesis can check. Not whether all that fits the schema is accepted: that a text is
# no cursor of this list, no time, or nobody's role is not seen by its form.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,missing_required_header,"
    "unsupported_method,ignored_auth"
)


class Service:
    """`hubfolk demo --serve` on a free port, with its ledger in a folder of its own."""

    def __init__(self, hubfolk, home):
        environment = {"HOME": home, "PATH": os.environ.get("PATH", "")}
        command = [hubfolk, "demo", "--members", "60", "--ledger", os.path.join(home, "ledger.db")]
        command += ["--serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.address = self.link = None
        for line in self.process.stdout:
            if line.startswith("Dashboard at "):
                self.address = line.removeprefix("Dashboard at ").strip()
            if line.startswith("Sign in once with "):
                self.link = line.removeprefix("Sign in once with ").strip()
                break
        assert self.address and self.link, "the service says where it is"

    def token(self):
        """Signs in and makes a token for the API, as a person does on the page."""
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        browser.open(self.link).read()
        form = urllib.parse.urlencode({"name": "fuzz", "role": "admin", "org": "", "days": ""}).encode()
        request = urllib.request.Request(f"{self.address}/tokens", form, {"Origin": self.address})
        page = browser.open(request).read().decode()
        return re.search(r'<code class="secret">([^<]+)</code>', page).group(1)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0, "the service ends well"

    def ask(self, path, token):
        headers = {"Authorization": f"Bearer {token}"}
        with urllib.request.urlopen(urllib.request.Request(self.address + path, headers=headers)) as answer:
            return json.load(answer)


def known(service, token):
    """Values that lead past the first 404: an organization, a member, a run."""
    members = service.ask(f"/api/orgs/{ORGANIZATION}/members", token)["items"]
    return {"org": ORGANIZATION, "member": members[0]["username"], "run": 3}


def configuration(values):
    """Names in paths that lead somewhere; everything else is made up."""
    lines = ["[parameters]"] if values else []
    lines += [f'"path.{name}" = {json.dumps(value)}' for name, value in values.items()]
    return "\n".join(lines) + "\n"


def fuzz(service, token, folder, document, values, more=()):
    """Runs schemathesis; whether it found nothing, and what it said."""
    path = os.path.join(folder, "schemathesis.toml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration(values))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", path, "run"]
    command += [document, "--url", service.address, "--no-color"]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--mode", "all"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-deterministic", "--max-examples", "40"]
    command += ["--request-timeout", "20", "--continue-on-failure", *more]
    ended = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    said = (ended.stdout + ended.stderr).replace(token, "TOKEN")
    return ended.returncode == 0, said


def number(said, what):
    found = re.search(rf"(\d+) {what}", said)
    assert found, f"schemathesis says how many {what}: {said}"
    return int(found.group(1))


def lie(service, token, folder):
    """The document with one wrong word: what is a list would be a text."""
    document = service.ask("/api/openapi.json", token)
    answer = document["paths"]["/api/orgs"]["get"]["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"type": "object", "required": ["items"], "properties": {"items": {"type": "string"}}}
    path = os.path.join(folder, "lie.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubfolk", required=True, help="the program whose service to test")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        service = Service(arguments.hubfolk, home)
        token = service.token()
        document = f"{service.address}/api/openapi.json"
        cases, failed = 0, []
        for name, values in (("known names", known(service, token)), ("made-up names", {})):
            good, said = fuzz(service, token, home, document, values)
            cases += number(said, "generated")
            if not good:
                failed.append(f"{name}:\n{said}")
        # A document that says what is not so is found out, so a run that finds nothing means something.
        good, said = fuzz(service, token, home, lie(service, token, home), {}, ["--include-path", "/api/orgs"])
        assert not good and "Response violates schema" in said, said
        service.stop()
    if failed:
        sys.exit("\n".join(failed))
    print(f"counted: schemathesis: {cases} requests made up from the API's document: no 5xx, every answer as described")


if __name__ == "__main__":
    main()
