// Package api is the HTTP door: routes, who may call them, envelopes, errors,
// the live sockets, the API document and the pages. It translates between HTTP
// and the features and decides nothing about notifications itself.
package api
