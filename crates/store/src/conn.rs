//! One connection, two databases: parameters, rows and statements.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::{DatabaseUrl, Error, Result};

/// A parameter of a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Param<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Param::Int(value)
    }
}
impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Int(i64::from(value))
    }
}
impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Param::Text(value)
    }
}
impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Param::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Param::Blob(value)
    }
}
impl<'a, T> From<Option<T>> for Param<'a>
where
    Param<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Param::from)
    }
}
impl<'a> From<&'a Option<String>> for Param<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Int(value) => ValueRef::Integer(*value),
            Param::Text(value) => ValueRef::Text(value.as_bytes()),
            Param::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Param::Null => Ok(IsNull::Yes),
            // smallint holds only the truth values that may be unknown.
            Param::Int(value) if *ty == Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
            Param::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Param::Int(value) => value.to_sql(ty, out),
            Param::Text(value) => value.to_sql(ty, out),
            Param::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

/// A row of a result, read by column index.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    pub(crate) fn opt_int(&self, index: usize) -> Result<Option<i64>> {
        match self {
            Row::Sqlite(row) => Ok(row.get(index)?),
            Row::Postgres(row) => match *row.columns()[index].type_() {
                Type::INT2 => Ok(row.try_get::<_, Option<i16>>(index)?.map(i64::from)),
                Type::INT4 => Ok(row.try_get::<_, Option<i32>>(index)?.map(i64::from)),
                _ => Ok(row.try_get(index)?),
            },
        }
    }

    pub(crate) fn int(&self, index: usize) -> Result<i64> {
        Ok(self.opt_int(index)?.unwrap_or(0))
    }

    pub(crate) fn opt_bool(&self, index: usize) -> Result<Option<bool>> {
        Ok(self.opt_int(index)?.map(|value| value != 0))
    }

    pub(crate) fn opt_str(&self, index: usize) -> Result<Option<&str>> {
        match self {
            Row::Sqlite(row) => Ok(row.get_ref(index)?.as_str_or_null().map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(
                    index,
                    rusqlite::types::Type::Text,
                    error.into(),
                )
            })?),
            Row::Postgres(row) => Ok(row.try_get(index)?),
        }
    }

    pub(crate) fn str(&self, index: usize) -> Result<&str> {
        Ok(self.opt_str(index)?.unwrap_or_default())
    }

    pub(crate) fn opt_text(&self, index: usize) -> Result<Option<String>> {
        Ok(self.opt_str(index)?.map(str::to_owned))
    }

    pub(crate) fn text(&self, index: usize) -> Result<String> {
        Ok(self.str(index)?.to_owned())
    }

    pub(crate) fn blob(&self, index: usize) -> Result<Vec<u8>> {
        match self {
            Row::Sqlite(row) => Ok(row.get(index)?),
            Row::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

/// An open connection.
pub(crate) enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

pub(crate) struct Postgres {
    client: postgres::Client,
    prepared: HashMap<String, postgres::Statement>,
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_postgres() { "Conn(postgres)" } else { "Conn(sqlite)" })
    }
}

/// Statements kept prepared on SQLite: ours, and each bulk statement in its few sizes.
const STATEMENT_CACHE: usize = 192;

impl Conn {
    pub(crate) fn open(url: &DatabaseUrl) -> Result<Self> {
        let failed = |source: Box<dyn StdError + Send + Sync>| Error::Open {
            place: url.to_string(),
            source,
        };
        match url {
            DatabaseUrl::Sqlite(path) => {
                let conn = rusqlite::Connection::open(path).map_err(|e| failed(e.into()))?;
                conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
                conn.busy_timeout(Duration::from_secs(30))?;
                Ok(Conn::Sqlite(conn))
            }
            DatabaseUrl::Postgres(text) => {
                let mut config: postgres::Config =
                    text.parse().map_err(|e: postgres::Error| failed(e.into()))?;
                config.application_name("hubfolk");
                if config.get_connect_timeout().is_none() {
                    config.connect_timeout(Duration::from_secs(10));
                }
                let client = if wants_tls(&config) {
                    config.connect(tls().map_err(failed)?)
                } else {
                    config.connect(postgres::NoTls)
                };
                let client = client.map_err(|e| failed(e.into()))?;
                Ok(Conn::Postgres(Box::new(Postgres { client, prepared: HashMap::new() })))
            }
        }
    }

    /// A private database on this machine's disk that nobody else sees and that is gone with the
    /// process.
    pub(crate) fn scratch() -> Result<Self> {
        let conn = rusqlite::Connection::open("")?;
        conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048",
        )?;
        Ok(Conn::Sqlite(conn))
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Conn::Postgres(_))
    }

    /// Runs several statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => Ok(conn.execute_batch(sql)?),
            Conn::Postgres(pg) => Ok(pg.client.batch_execute(sql)?),
        }
    }

    /// Runs one statement; the number of rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        match self {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&numbered(sql))?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Conn::Postgres(pg) => {
                let statement = pg.statement(sql)?;
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
                Ok(pg.client.execute(&statement, &params)?)
            }
        }
    }

    /// Hands each row of a result to `each`.
    pub(crate) fn query(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&numbered(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Conn::Postgres(pg) => {
                let statement = pg.statement(sql)?;
                // Row by row as they arrive: a list of all would not fit where memory is counted.
                let mut rows = pg.client.query_raw(&statement, params)?;
                while let Some(row) = rows.next()? {
                    each(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    /// The first row of a result, if there is one.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.query(sql, params, |row| {
            if found.is_none() {
                found = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        // A deferred transaction that turns into a writer fails at once when another writes.
        let begin = if self.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" };
        self.batch(begin)?;
        match work(self).and_then(|value| self.batch("COMMIT").map(|()| value)) {
            Ok(value) => Ok(value),
            Err(error) => {
                // The first error is the one to tell; a broken connection rolls back by itself.
                let _ = self.batch("ROLLBACK");
                Err(error)
            }
        }
    }
}

impl Postgres {
    pub(crate) fn statement(&mut self, sql: &str) -> Result<postgres::Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn client(&mut self) -> &mut postgres::Client {
        &mut self.client
    }
}

/// `$1` as SQLite writes it: there `$1` would be a name, numbered by first appearance.
pub(crate) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

/// A password and everybody's e-mail address do not cross a network in the clear unless asked to.
fn wants_tls(config: &postgres::Config) -> bool {
    use postgres::config::{Host, SslMode};
    let local = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    match config.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Require => true,
        _ => !local,
    }
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, Box<dyn StdError + Send + Sync>> {
    match tokio_postgres_rustls::MakeRustlsConnect::with_native_certs() {
        Ok((connect, _unreadable)) => Ok(connect),
        Err(errors) => Err(match errors.into_iter().next() {
            Some(error) => error.into(),
            None => "this machine has no certificate authorities to trust".into(),
        }),
    }
}
