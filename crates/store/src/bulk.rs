//! Statements over many rows at once: one text, `VALUES` on SQLite and `unnest` on PostgreSQL.
//!
//! A bulk statement reads its rows from a relation called `rows`, whose columns it declares.

use postgres::types::{ToSql, Type};

use crate::Result;
use crate::conn::{Conn, Param, Row};

/// The type of a column of `rows`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Col {
    Int,
    Text,
    Blob,
}

/// A statement that reads `rows`.
pub(crate) struct Bulk {
    pub(crate) columns: &'static [(&'static str, Col)],
    pub(crate) sql: &'static str,
}

/// Rows for a [`Bulk`] statement, one parameter after the other.
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    values: Vec<Param<'a>>,
}

impl<'a> Rows<'a> {
    pub(crate) fn with_capacity(rows: usize, bulk: &Bulk) -> Self {
        Self { values: Vec::with_capacity(rows * bulk.columns.len()) }
    }

    pub(crate) fn push<const N: usize>(&mut self, row: [Param<'a>; N]) {
        self.values.extend_from_slice(&row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Rows a SQLite statement takes: few sizes, so that all stay prepared.
const SQLITE_SIZES: [usize; 4] = [64, 16, 4, 1];
/// Rows a PostgreSQL statement takes.
const POSTGRES_SIZE: usize = 4096;

impl Conn {
    /// Runs a bulk statement over all rows; the number of rows it touched.
    pub(crate) fn bulk(&mut self, bulk: &Bulk, rows: &Rows<'_>) -> Result<u64> {
        let mut touched = 0;
        self.chunks(bulk, rows, |conn, text, params| {
            touched += match conn {
                Conn::Sqlite(conn) => {
                    conn.prepare_cached(text)?.execute(rusqlite::params_from_iter(params.flat()))?
                        as u64
                }
                Conn::Postgres(pg) => {
                    let statement = pg.statement(text)?;
                    pg.client().execute(&statement, &params.columns(bulk).refs())?
                }
            };
            Ok(())
        })?;
        Ok(touched)
    }

    /// Runs a bulk query over all rows and hands each row of the result to `each`.
    pub(crate) fn bulk_query(
        &mut self,
        bulk: &Bulk,
        rows: &Rows<'_>,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.chunks(bulk, rows, |conn, text, params| match conn {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(text)?;
                let mut found = statement.query(rusqlite::params_from_iter(params.flat()))?;
                while let Some(row) = found.next()? {
                    each(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Conn::Postgres(pg) => {
                let statement = pg.statement(text)?;
                for row in pg.client().query(&statement, &params.columns(bulk).refs())? {
                    each(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        })
    }

    fn chunks(
        &mut self,
        bulk: &Bulk,
        rows: &Rows<'_>,
        mut run: impl FnMut(&mut Self, &str, Chunk<'_>) -> Result<()>,
    ) -> Result<()> {
        let width = bulk.columns.len();
        debug_assert_eq!(rows.values.len() % width, 0);
        let mut rest = rows.values.as_slice();
        if self.is_postgres() {
            let text = postgres_text(bulk);
            for chunk in rest.chunks(POSTGRES_SIZE * width) {
                run(self, &text, Chunk(chunk))?;
            }
            return Ok(());
        }
        for size in SQLITE_SIZES {
            if rest.len() >= size * width {
                let text = sqlite_text(bulk, size);
                while rest.len() >= size * width {
                    let (chunk, after) = rest.split_at(size * width);
                    run(self, &text, Chunk(chunk))?;
                    rest = after;
                }
            }
        }
        Ok(())
    }
}

fn names(bulk: &Bulk) -> String {
    bulk.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn sqlite_text(bulk: &Bulk, size: usize) -> String {
    let row = format!("({})", vec!["?"; bulk.columns.len()].join(", "));
    let values = vec![row.as_str(); size].join(", ");
    // A statement that may fail half-way keeps a copy of every page it touches, ten times the
    // writing of the rows. Ours may leave its half: the whole transaction is undone after an error.
    let sql = bulk.sql.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1).replacen(
        "UPDATE ",
        "UPDATE OR FAIL ",
        usize::from(bulk.sql.starts_with("UPDATE ")),
    );
    format!("WITH rows({}) AS (VALUES {values}) {sql}", names(bulk))
}

fn postgres_text(bulk: &Bulk) -> String {
    let arrays: Vec<String> = bulk
        .columns
        .iter()
        .enumerate()
        .map(|(i, (_, col))| {
            let ty = match col {
                Col::Int => "bigint",
                Col::Text => "text",
                Col::Blob => "bytea",
            };
            format!("${}::{ty}[]", i + 1)
        })
        .collect();
    format!(
        "WITH rows({}) AS (SELECT * FROM unnest({})) {}",
        names(bulk),
        arrays.join(", "),
        bulk.sql
    )
}

/// The parameters of one statement, row after row.
struct Chunk<'a>(&'a [Param<'a>]);

impl<'a> Chunk<'a> {
    fn flat(&self) -> impl Iterator<Item = &'a Param<'a>> {
        self.0.iter()
    }

    fn columns(&self, bulk: &Bulk) -> Columns<'a> {
        let width = bulk.columns.len();
        let column = |i: usize| self.0.iter().skip(i).step_by(width);
        Columns(
            bulk.columns
                .iter()
                .enumerate()
                .map(|(i, (_, col))| match col {
                    Col::Int => Column::Int(column(i).map(int).collect()),
                    Col::Text => Column::Text(column(i).map(text).collect()),
                    Col::Blob => Column::Blob(column(i).map(blob).collect()),
                })
                .collect(),
        )
    }
}

fn int(param: &Param<'_>) -> Option<i64> {
    if let Param::Int(value) = param { Some(*value) } else { None }
}

fn text<'a>(param: &Param<'a>) -> Option<&'a str> {
    if let Param::Text(value) = param { Some(value) } else { None }
}

fn blob<'a>(param: &Param<'a>) -> Option<&'a [u8]> {
    if let Param::Blob(value) = param { Some(value) } else { None }
}

#[derive(Debug)]
enum Column<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Blob(Vec<Option<&'a [u8]>>),
}

impl ToSql for Column<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Column::Int(values) => values.to_sql(ty, out),
            Column::Text(values) => values.to_sql(ty, out),
            Column::Blob(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::BYTEA_ARRAY].contains(ty)
    }

    postgres::types::to_sql_checked!();
}

struct Columns<'a>(Vec<Column<'a>>);

impl Columns<'_> {
    fn refs(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(|column| column as &(dyn ToSql + Sync)).collect()
    }
}
