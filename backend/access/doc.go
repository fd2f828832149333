// Package access answers who is calling and what they may do: API keys,
// members and their sessions, recipients' tokens, one-time tickets, login
// limits and remembered answers. It knows nothing of HTTP or SQL, keeps secrets
// only as hashes, and never decides what a permitted call does.
package access
