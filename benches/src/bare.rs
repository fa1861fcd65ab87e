//! A bare rmcp server with one tool that asks the Hub once: what the protocol itself costs.

use std::sync::Arc;

use anyhow::Result;
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
    transport::stdio_pipes,
};

struct Bare {
    client: reqwest::Client,
    base: String,
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::default();
        info.capabilities = ServerCapabilities::builder().enable_tools().build();
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tool = Tool::new("get_profile", "a profile", Arc::new(JsonObject::new()));
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let failed = |error: reqwest::Error| ErrorData::internal_error(error.to_string(), None);
        let arguments = request.arguments.unwrap_or_default();
        let name = arguments.get("name").and_then(|name| name.as_str()).unwrap_or_default();
        let url = format!("{}/api/users/{name}/overview", self.base);
        let answer = self.client.get(url).send().await.map_err(failed)?;
        let text = answer.text().await.map_err(failed)?;
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// Serves until the input ends.
pub(crate) async fn serve(base: &str) -> Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let bare = Bare { client, base: base.to_owned() };
    bare.serve(stdio_pipes()).await?.waiting().await?;
    Ok(())
}
