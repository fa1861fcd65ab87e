//! Tools that go on after their call was answered, for clients that know tasks.

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities,
        CreateTaskResult, InputRequests, InputRequiredResult,
    },
    service::RequestContext,
    task_manager::{TaskContext, TaskExit, TaskFuture, TaskManager, TaskOptions},
};
use serde_json::Value;

use super::{asking::form, tools::said};

type Response = Result<CallToolResponse, ErrorData>;

/// The answer of such a tool; none for other tools.
pub(super) async fn call(
    tasks: &TaskManager,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Option<Response> {
    let argument =
        |name: &str| request.arguments.as_ref().and_then(|arguments| arguments.get(name)).cloned();
    let knows_tasks = context.client_capabilities().is_some_and(|client| client.supports_tasks());
    Some(match request.name.as_ref() {
        "greet" => {
            let name = argument("name").unwrap_or_default();
            done(format!("Hello, {}!", name.as_str().unwrap_or("you")))
        }
        "slow_compute" => {
            let seconds = argument("seconds").and_then(|n| n.as_f64()).unwrap_or(0.0);
            let time = Duration::from_secs_f64(seconds.clamp(0.0, 120.0));
            if !knows_tasks || time.is_zero() {
                tokio::time::sleep(time.min(Duration::from_secs(2))).await;
                return Some(done("computed".to_owned()));
            }
            spawn(tasks, move |task| {
                Box::pin(async move {
                    tokio::select! {
                        () = tokio::time::sleep(time) => Ok(text("computed")),
                        () = task.cancelled() => Err(TaskExit::Cancelled),
                    }
                })
            })
        }
        "failing_job" | "protocol_error_job" | "test_tool_with_task" if !knows_tasks => {
            let needed = ClientCapabilities::builder().enable_tasks().build();
            Err(ErrorData::missing_required_client_capability(needed))
        }
        "failing_job" => spawn(tasks, |_| {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(CallToolResult::error(vec![said("the job failed")]))
            })
        }),
        "protocol_error_job" => spawn(tasks, |_| {
            Box::pin(async {
                tokio::time::sleep(Duration::from_millis(200)).await;
                Err(TaskExit::Error(ErrorData::internal_error("the job broke", None)))
            })
        }),
        "confirm_delete" => {
            let file = argument("filename").unwrap_or_default();
            let question = format!("Delete {}?", file.as_str().unwrap_or("it"));
            spawn(tasks, move |task| {
                Box::pin(async move {
                    let answer =
                        task.request_input("confirm", form(&question, "confirm", "boolean"));
                    Ok(text(&format!("answered: {}", answer.await?)))
                })
            })
        }
        "multi_input" => spawn(tasks, |task| {
            Box::pin(async move {
                let first = task.request_input("first", form("First?", "value", "string"));
                let second = task.request_input("second", form("Second?", "value", "string"));
                let (first, second) = tokio::join!(first, second);
                Ok(text(&format!("answered: {} and {}", first?, second?)))
            })
        }),
        "test_tool_with_task" => {
            let answer = request.input_responses.as_ref().and_then(|all| all.get("user_name"));
            let name = answer.map(|answer| answer["content"]["name"].clone());
            match name.as_ref().and_then(Value::as_str).map(str::to_owned) {
                Some(name) => spawn(tasks, move |_| {
                    Box::pin(async move {
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        Ok(text(&format!("Hello, {name}!")))
                    })
                }),
                None => {
                    let question = form("What is your name?", "name", "string");
                    let requests = InputRequests::from([("user_name".to_owned(), question)]);
                    Ok(InputRequiredResult::new(Some(requests), None).into())
                }
            }
        }
        _ => return None,
    })
}

fn spawn(tasks: &TaskManager, work: impl FnOnce(TaskContext) -> TaskFuture) -> Response {
    let task = tasks.spawn(TaskOptions::new().with_poll_interval_ms(200), work);
    Ok(CallToolResponse::Task(CreateTaskResult::new(task)))
}

fn text(words: &str) -> CallToolResult {
    CallToolResult::success(vec![said(words)])
}

fn done(words: String) -> Response {
    Ok(CallToolResult::success(vec![said(words)]).into())
}
