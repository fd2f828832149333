package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/shop"
)

// Shop is the sample shop of the demo.
type Shop interface {
	Books(ctx context.Context) (shop.Books, error)
	Place(ctx context.Context, b shop.Basket) (shop.Order, error)
	Order(ctx context.Context, id string) (shop.View, error)
	Orders(ctx context.Context, f struct{}, p notify.Page) ([]shop.Order, string, error)
	ShopServices
}

// ShopServices are how the services of the shop behave.
type ShopServices interface {
	Switches(ctx context.Context) ([]shop.Switch, error)
	SetSwitch(ctx context.Context, to shop.Switch) (before, after shop.Switch, err error)
}

// shopView is the shop as its page shows it.
type shopView struct {
	Currency string       `json:"currency"`
	Stages   []shop.Stage `json:"stages"`
	Faults   []shop.Fault `json:"faults"`
	// Switches are how the services behave until somebody changes it.
	Switches []shop.Switch `json:"switches"`
	Books    shop.Books    `json:"books"`
}

func (s *Server) shopRoutes() []route {
	table := []route{
		get("/v1/shop", access.Read, s.getShop),
		get("/v1/shop/orders", access.Read, s.listShopOrders),
		post("/v1/shop/orders", access.EventsWrite, s.placeOrder).audited("order.place", noContent),
		get("/v1/shop/orders/:id", access.Read, s.getShopOrder),
		put("/v1/shop/services/:service", access.EventsWrite, s.setShopSwitch).audited("shop_service.fault"),
	}
	for i := range table {
		table[i].do = s.inShop(table[i].do)
	}
	return table
}

// inShop answers 404 where there is no shop.
func (s *Server) inShop(do fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if s.Shop == nil {
			return refuse(fiber.StatusNotFound, typeNotFound, "there is no sample shop: it belongs to the demo")
		}
		return do(c)
	}
}

func (s *Server) getShop(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	books, err := s.Shop.Books(ctx)
	if err != nil {
		return err
	}
	switches, err := s.Shop.Switches(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, shopView{Currency: shop.Currency, Stages: shop.Stages, Faults: shop.Faults, Switches: switches, Books: books})
}

func (s *Server) listShopOrders(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), struct{}{}, s.Shop.Orders)
}

func (s *Server) getShopOrder(c *fiber.Ctx) error { return shown(s, c, "id", s.Shop.Order) }

func (s *Server) placeOrder(c *fiber.Ctx) error {
	in, err := decode[struct {
		Customer string `json:"customer"`
		Lines    []struct {
			Item     string `json:"item"`
			Quantity int    `json:"quantity"`
		} `json:"lines"`
		Faults map[shop.Step]shop.Fault `json:"faults"`
	}](c)
	if err != nil {
		return err
	}
	basket := shop.Basket{Customer: in.Customer, Faults: in.Faults, By: callOf(c).actor().Name}
	for _, line := range in.Lines {
		basket.Lines = append(basket.Lines, shop.Line{Item: line.Item, Quantity: line.Quantity})
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	order, err := s.Shop.Place(ctx, basket)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, order)
}

// setShopSwitch changes how a service behaves for all orders.
func (s *Server) setShopSwitch(c *fiber.Ctx) error {
	in, err := decode[struct {
		Fault shop.Fault `json:"fault"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	before, after, err := s.Shop.SetSwitch(ctx, shop.Switch{
		Service: shop.Service(c.Params("service")), Fault: in.Fault, ChangedBy: callOf(c).actor().Name,
	})
	if err != nil {
		return err
	}
	noted(c, string(after.Service), before, after)
	return replyOK(c, after)
}
