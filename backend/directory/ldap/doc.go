// Package ldap reads people out of a directory, Active Directory among them, page
// by page. It only ever searches; it keeps no password and knows nothing of what
// becomes of the rows.
package ldap
