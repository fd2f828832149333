// Package audience keeps recipients, their addresses and groups. It knows who
// people are, not whether they may be written to.
package audience
