//! Which optional fields a token saw: what a run may speak about.

use hubfolk_store::{Field, Fields};

/// Adds up what the pages of one list showed.
///
/// A field is covered when it was shown and no page hid it. Role, two-factor state and external
/// status are shown for everybody or for nobody, so a page without them means that the token lost
/// sight of them half-way. E-mail addresses and groups may be absent for many members in a row;
/// they are covered unless the others were lost.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageCoverage {
    seen: Fields,
    hidden: Fields,
}

impl PageCoverage {
    /// Fields that stand for everybody or for nobody.
    const ALL_OR_NONE: [Field; 3] = [Field::Role, Field::TwoFactor, Field::External];

    /// Counts one page, given the fields that each of its members had.
    pub fn page(&mut self, members: impl IntoIterator<Item = Fields>) {
        let mut members = members.into_iter().peekable();
        if members.peek().is_none() {
            return;
        }
        let page = members.fold(Fields::NONE, Fields::or);
        self.seen = self.seen.or(page);
        self.hidden = self.hidden.or(Fields::COVERAGE.without(page));
    }

    /// The coverage of the whole list.
    #[must_use]
    pub fn total(self) -> Fields {
        let lost = Self::ALL_OR_NONE
            .into_iter()
            .filter(|field| self.seen.has(*field) && self.hidden.has(*field))
            .collect::<Fields>();
        let mut total = self.seen.and(Fields::COVERAGE).without(lost);
        if !lost.is_empty() {
            total.remove(Field::Email);
            total.remove(Field::Groups);
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hubfolk_store::Field::{Email, External, Groups, Role, TwoFactor};

    fn total(pages: &[&[&[Field]]]) -> Fields {
        let mut coverage = PageCoverage::default();
        for page in pages {
            coverage.page(page.iter().map(|member| member.iter().copied().collect()));
        }
        coverage.total()
    }

    fn fields(fields: &[Field]) -> Fields {
        fields.iter().copied().collect()
    }

    #[test]
    fn a_field_that_some_members_lack_is_covered() {
        let found =
            total(&[&[&[Role, TwoFactor], &[Role, TwoFactor, Email]], &[&[Role, TwoFactor]]]);
        assert_eq!(found, fields(&[Role, TwoFactor, Email]));
    }

    #[test]
    fn a_token_that_stops_being_admin_half_way_loses_the_admin_fields() {
        let admin: &[Field] = &[Role, TwoFactor, Email, External, Groups];
        assert_eq!(total(&[&[admin], &[admin]]), fields(admin));
        assert_eq!(total(&[&[admin], &[&[Role]]]), fields(&[Role]));
    }

    #[test]
    fn an_empty_list_and_empty_pages_show_nothing_and_hide_nothing() {
        assert_eq!(total(&[&[]]), Fields::NONE);
        assert_eq!(total(&[&[], &[&[Role]], &[]]), fields(&[Role]));
    }
}
