//! The caller's notifications, and what the caller watches.

use hubfolk_api::notifications::{
    DeleteNotifications, ListNotifications, MarkNotificationsAsRead, NotificationFilter,
    NotificationSettings, ReadStatus, UpdateNotificationSettings, UpdateWatchSettings, WatchTarget,
};

use super::Client;

/// The caller's notifications, made by [`Hub::notifications`](crate::Hub::notifications).
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use futures_util::TryStreamExt;
/// use hubfolk::Hub;
///
/// let hub = Hub::builder().endpoint(endpoint).token("hf_test_demo_admin").build()?;
/// let inbox = hub.notifications();
/// let unread: Vec<_> = inbox.unread().try_collect().await?;
/// let ids = unread.iter().filter_map(|one| one.discussion_id()).map(str::to_owned);
/// inbox.mark_as_read(ids).await?;
/// assert_eq!(inbox.unread().try_collect::<Vec<_>>().await?, []);
/// # Ok::<(), hubfolk::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Notifications<C = crate::Hub> {
    client: C,
}

impl<C: Client> Notifications<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }

    /// All of them, newest first.
    pub fn list(&self) -> C::Listed<ListNotifications> {
        self.client.enumerate(ListNotifications::new())
    }

    /// Those of a filter, newest first.
    pub fn list_with(&self, filter: NotificationFilter) -> C::Listed<ListNotifications> {
        self.client.enumerate(ListNotifications::filtered(filter))
    }

    /// Those not read, newest first.
    pub fn unread(&self) -> C::Listed<ListNotifications> {
        let unread = NotificationFilter::builder().read_status(ReadStatus::Unread).build();
        self.list_with(unread)
    }

    /// Marks those of these discussions as read; by id, as
    /// [`Notification::discussion_id`](hubfolk_api::notifications::Notification::discussion_id)
    /// has it.
    pub fn mark_as_read(
        &self,
        discussions: impl IntoIterator<Item = impl Into<String>>,
    ) -> C::Sent<MarkNotificationsAsRead> {
        self.client.perform(MarkNotificationsAsRead::of(discussions, true))
    }

    /// Marks those of these discussions as unread.
    pub fn mark_as_unread(
        &self,
        discussions: impl IntoIterator<Item = impl Into<String>>,
    ) -> C::Sent<MarkNotificationsAsRead> {
        self.client.perform(MarkNotificationsAsRead::of(discussions, false))
    }

    /// Marks all of a filter as read.
    pub fn mark_all_as_read(&self, filter: NotificationFilter) -> C::Sent<MarkNotificationsAsRead> {
        self.client.perform(MarkNotificationsAsRead::all(filter, true))
    }

    /// Deletes those of these discussions, for ever.
    pub fn delete(
        &self,
        discussions: impl IntoIterator<Item = impl Into<String>>,
    ) -> C::Sent<DeleteNotifications> {
        self.client.perform(DeleteNotifications::of(discussions))
    }

    /// Deletes all of a filter, for ever.
    pub fn delete_all(&self, filter: NotificationFilter) -> C::Sent<DeleteNotifications> {
        self.client.perform(DeleteNotifications::all(filter))
    }

    /// Watches an organization, user or repository from now on, by object id.
    pub fn watch(&self, what: WatchTarget) -> C::Sent<UpdateWatchSettings> {
        self.client.perform(UpdateWatchSettings::watch(what))
    }

    /// Watches it no more.
    pub fn unwatch(&self, what: WatchTarget) -> C::Sent<UpdateWatchSettings> {
        self.client.perform(UpdateWatchSettings::unwatch(what))
    }

    /// Switches kinds of notification on or off; the others stay as they are.
    pub fn update_settings(
        &self,
        settings: NotificationSettings,
    ) -> C::Sent<UpdateNotificationSettings> {
        self.client.perform(UpdateNotificationSettings::new(settings))
    }
}
