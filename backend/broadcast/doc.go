// Package broadcast is one message to many: drafted, frozen when it is submitted,
// approved by a second person on exactly what was frozen, sent page by page along
// the line every event walks, paused, resumed and cancelled. It decides what may
// happen when; it reads no table, renders nothing and calls no vendor.
package broadcast
