//! What people see: functions from facts to markup. No page reads the database or decides.

pub mod access;
pub mod account;
pub mod advice;
pub mod confirm;
pub mod failure;
pub mod field;
pub mod members;
pub mod pager;
pub mod shell;
pub mod sign_in;
pub mod signed_out;
pub mod words;
