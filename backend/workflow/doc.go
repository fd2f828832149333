// Package workflow keeps what an event type starts: versioned workflows and the
// categories they belong to. It checks definitions; running them is dispatch.
package workflow
