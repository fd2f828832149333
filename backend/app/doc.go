// Package app wires the house together and starts and stops its roles: api,
// worker and scheduler, in one process or apart. It is the only package that
// knows everything, and it decides nothing about a message.
package app
