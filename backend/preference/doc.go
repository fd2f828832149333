// Package preference keeps what recipients want, per category and channel. It
// stores and checks choices; dispatch applies them.
package preference
