// Package delivery carries messages to vendors and records what happened. It
// decides when to retry, where to fail over and when to give up; it does not
// decide whether a message should exist: that is dispatch's work.
package delivery
