//! hubfolk-license
