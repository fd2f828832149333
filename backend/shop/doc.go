// Package shop is the sample shop of the demo: four services that take, pay and
// ship orders, can be told to fail, and report what happened to the hub as any
// other source does, over its public API. It orchestrates nothing itself.
package shop
