//! Which tools a server, and within it a request, offers.

use hubfolk_api::Effect;

use super::{Tool, Toolset, table};
use crate::failure::{Code, Failure};

/// A choice of tools made beforehand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Every typed tool and `hf_api_request`.
    #[default]
    All,
    /// What most questions need.
    Core,
    /// Users, organizations and their members.
    People,
    /// Two tools over the whole table of operations.
    Lean,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::All, Self::Core, Self::People, Self::Lean];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Core => "core",
            Self::People => "people",
            Self::Lean => "lean",
        }
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    fn offers(self, tool: &Tool) -> bool {
        match self {
            Self::All => tool.set != Toolset::Operations,
            Self::Core => matches!(
                tool.name,
                "hf_api_request"
                    | "get_profile"
                    | "list_people"
                    | "list_discussions"
                    | "get_discussion"
                    | "write_discussion"
            ),
            Self::People => {
                matches!(tool.set, Toolset::People | Toolset::Members | Toolset::Ledger)
            }
            Self::Lean => tool.set == Toolset::Operations,
        }
    }
}

/// Which tools are offered. A choice can be narrowed and never widened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    names: Vec<&'static str>,
    /// Nothing is changed on the Hub, whatever else was chosen.
    pub read_only: bool,
}

/// What an operator or a request asks for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Begin with these.
    pub profile: Option<Profile>,
    /// Whole sets, in place of the profile's.
    pub toolsets: Vec<String>,
    /// Single tools, besides the sets.
    pub tools: Vec<String>,
    /// Leave these out.
    pub exclude: Vec<String>,
    /// Leave out what writes.
    pub read_only: bool,
}

impl Choice {
    /// What an operator chose.
    ///
    /// # Errors
    ///
    /// Names that are no tool or set.
    pub fn of(wish: &Wish) -> Result<Self, Failure> {
        wish.check()?;
        let wish = Wish { profile: Some(wish.profile.unwrap_or_default()), ..wish.clone() };
        let names = table::TOOLS.iter().filter(|tool| wish.takes(tool)).map(|tool| tool.name);
        Ok(Self { names: names.collect(), read_only: wish.read_only })
    }

    /// The same, narrowed by what a request asks for; unknown names narrow to nothing.
    #[must_use]
    pub fn narrowed(&self, wish: &Wish) -> Self {
        let names = self.tools().filter(|tool| wish.takes(tool)).map(|tool| tool.name);
        Self { names: names.collect(), read_only: self.read_only || wish.read_only }
    }

    /// The tools, in the table's order. In read-only only those that can read are left.
    pub fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        table::TOOLS
            .iter()
            .filter(|tool| self.names.contains(&tool.name))
            .filter(|tool| !self.read_only || tool.can_read())
    }

    /// The tool of this name, if it is offered.
    ///
    /// # Errors
    ///
    /// What is wrong with the name, and which come close.
    pub fn find(&self, name: &str) -> Result<&'static Tool, Failure> {
        if let Some(tool) = self.tools().find(|tool| tool.name == name) {
            return Ok(tool);
        }
        let given = crate::repair::excerpt(name, 60);
        if table::find(name).is_some() {
            let why = if self.read_only { "the server only reads" } else { "it was left out" };
            return Err(Failure::new(Code::NotAllowed, format!("`{given}` is not offered: {why}")));
        }
        Err(Failure::new(Code::UnknownTool, format!("there is no tool `{given}`"))
            .hint("tools/list has them all")
            .meant(&given, self.tools().map(|tool| tool.name)))
    }

    /// Whether a call of this effect may leave.
    ///
    /// # Errors
    ///
    /// In read-only, everything that is no read.
    pub fn permits(&self, effect: Effect) -> Result<(), Failure> {
        if self.read_only && !effect.is_read() {
            return Err(Failure::new(Code::NotAllowed, "the server only reads; nothing was sent")
                .hint("its operator started it with --read-only, or the request asked for it"));
        }
        Ok(())
    }
}

impl Tool {
    /// Whether it can do something that is a read.
    #[must_use]
    pub fn can_read(&self) -> bool {
        self.effect.is_read() || matches!(self.name, "hf_api_request" | "call_operation")
    }
}

impl Wish {
    fn takes(&self, tool: &Tool) -> bool {
        let named = |names: &[String], name: &str| {
            names.iter().any(|known| known.trim().eq_ignore_ascii_case(name))
        };
        let chosen = if self.toolsets.is_empty() && self.tools.is_empty() {
            // A request that names no profile takes what the operator chose.
            self.profile.is_none_or(|profile| profile.offers(tool))
        } else {
            named(&self.toolsets, tool.set.name())
                || named(&self.toolsets, "all") && Profile::All.offers(tool)
                || named(&self.tools, tool.name)
        };
        chosen && !named(&self.exclude, tool.name) && !named(&self.exclude, tool.set.name())
    }

    fn check(&self) -> Result<(), Failure> {
        let sets = || Toolset::ALL.iter().map(|set| set.name());
        let names = || table::TOOLS.iter().map(|tool| tool.name);
        for (what, given, known) in [
            ("toolset", &self.toolsets, sets().chain(["all"]).collect::<Vec<_>>()),
            ("tool", &self.tools, names().collect()),
            ("tool", &self.exclude, names().chain(sets()).collect()),
        ] {
            let wrong = given
                .iter()
                .find(|name| !known.iter().any(|known| known.eq_ignore_ascii_case(name.trim())));
            if let Some(wrong) = wrong {
                return Err(Failure::invalid(format!("there is no {what} `{wrong}`"))
                    .hint(format!("known: {}", known.join(", ")))
                    .meant(wrong, known.iter().copied()));
            }
        }
        Ok(())
    }
}
