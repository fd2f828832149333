package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// who says which callers a route is for. The zero value is nobody: a route that
// says nothing does not start.
type who uint8

const (
	nobody who = iota
	// public routes check their callers by themselves, or have nothing to hide.
	public
	// members are signed-in browsers.
	members
	// recipients are inbox tokens, and members as the recipients they also are.
	recipients
	// callers are API keys and members that hold the route's permission.
	callers
)

// route is one line of the table: where, for whom, and what happens.
type route struct {
	method string
	path   string
	who    who
	// needs is the permission of callers, and of members where it is set.
	needs access.Permission
	// or is another permission that will do.
	or access.Permission
	// and is another permission that is needed besides.
	and access.Permission
	// self lets a recipient's token of this audience in, for its own id.
	self access.Audience
	// audience is which token of a recipient a route for recipients takes; the
	// inbox's when empty.
	audience access.Audience
	// once makes Idempotency-Key work by the store of answers. Ingest has its
	// own way, in the transaction that saves the event; routes that answer with
	// a secret have none, because an answer that is kept would keep the secret.
	once bool
	// large lets a body of maxBatch in.
	large bool
	// trail is what the audit log keeps; every route but GET has one.
	trail trail
	do    fiber.Handler
}

// routes is the whole table. A route's rule stands beside it.
func (s *Server) routes() []route {
	table := [][]route{
		s.memberRoutes(), s.accountRoutes(), s.issuerRoutes(),
		s.signInRoutes(), s.ingestRoutes(), s.otpRoutes(), s.hookRoutes(), s.readingRoutes(), s.letterRoutes(), s.recipientRoutes(), s.importRoutes(), s.syncRoutes(), s.groupRoutes(), s.segmentRoutes(), s.broadcastRoutes(), s.bulkRoutes(),
		s.workflowRoutes(), s.templateRoutes(), s.partRoutes(), s.reviewRoutes(), s.approvalRoutes(), s.channelRoutes(), s.publicKeyRoutes(), s.suppressionRoutes(), s.settingRoutes(), s.keyRoutes(), s.inboxRoutes(),
		s.callbackRoutes(), s.sandboxRoutes(), s.operationRoutes(), s.simulateRoutes(), s.auditRoutes(), s.deskRoutes(), s.houseRoutes(),
		s.unsubscribeRoutes(), s.centreRoutes(), s.ownRoutes(), s.consentRoutes(), s.reportRoutes(), s.sagaRoutes(), s.shopRoutes(), s.scheduleRoutes(),
	}
	var all []route
	for _, part := range table {
		all = append(all, part...)
	}
	return all
}

func get(path string, needs access.Permission, do fiber.Handler) route {
	return route{method: fiber.MethodGet, path: path, who: callers, needs: needs, do: do}
}

// post, put and patch are done once per idempotency key.
func post(path string, needs access.Permission, do fiber.Handler) route {
	return route{method: fiber.MethodPost, path: path, who: callers, needs: needs, do: do, once: true}
}

func put(path string, needs access.Permission, do fiber.Handler) route {
	return route{method: fiber.MethodPut, path: path, who: callers, needs: needs, do: do, once: true}
}

func patch(path string, needs access.Permission, do fiber.Handler) route {
	return route{method: fiber.MethodPatch, path: path, who: callers, needs: needs, do: do, once: true}
}

func remove(path string, needs access.Permission, do fiber.Handler) route {
	return route{method: fiber.MethodDelete, path: path, who: callers, needs: needs, do: do}
}

func open(method, path string, do fiber.Handler) route {
	return route{method: method, path: path, who: public, do: do}
}

// mount puts a route behind its guard.
func (s *Server) mount(r route) {
	if r.who == nobody || (r.who == callers && r.needs == "") {
		panic(fmt.Sprintf("route %s %s says not who may call it", r.method, r.path))
	}
	if !r.reads() && (r.trail.action == "") == (r.trail.untold == "") {
		panic(fmt.Sprintf("route %s %s says not what the audit log keeps: add .audited or .unaudited", r.method, r.path))
	}
	handler := s.guard(r)
	if r.method == fiber.MethodGet {
		s.app.Get(r.path, handler) // and HEAD
		return
	}
	s.app.Add(r.method, r.path, handler)
}
