// Package tracking takes vendors' receipts and moves messages by them, the same
// way in any order and any number. It trusts only what a provider has verified.
package tracking
