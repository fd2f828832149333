package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"clarion/backend/notify"
)

// PersonPrefix begins the ids of all people who were made up: whatever belongs to
// one of them was made up too.
const PersonPrefix = "seeded-"

// AccountPrefix begins the ids of the integrations that were made up.
const AccountPrefix = "int_seeded_"

// Mark is what events and people that were made up say of themselves.
var Mark = json.RawMessage(`{"seeded":true}`)

// Source is a business system.
type Source struct{ Key, Name string }

// Cast is who and what the traffic is between.
type Cast struct {
	Sources    []Source
	Categories []notify.Category
	People     []notify.Recipient
	Accounts   []notify.Integration
	Flows      []Flow
}

// Flow is an event type with its workflow and template, and how often and when it
// happens.
type Flow struct {
	Key, Name, Source, Category string
	Priority                    notify.Priority
	Critical                    bool
	Channels                    []notify.Channel
	share                       float64
	rhythm                      rhythm
	// fan is how many people one event is for at most.
	fan int
}

// Cast lists them; only the people depend on the plan.
func (p Plan) Cast() Cast {
	return Cast{
		Sources: []Source{
			{"shop", "Shop"}, {"accounts", "Accounts"}, {"payments", "Payments"}, {"campaigns", "Campaigns"},
			{"monitoring", "Monitoring"}, {"people", "People"},
		},
		Categories: []notify.Category{
			{Key: "orders", Name: "Orders and shipping", Names: map[string]string{"zh-CN": "订单与物流"}},
			{Key: "account", Name: "Account", Names: map[string]string{"zh-CN": "账户"}, Mandatory: true},
			{Key: "billing", Name: "Payments", Names: map[string]string{"zh-CN": "支付"}},
			{Key: "marketing", Name: "News and offers", Names: map[string]string{"zh-CN": "资讯与优惠"}},
			{Key: "system", Name: "System alarms", Names: map[string]string{"zh-CN": "系统告警"}},
			{Key: "work", Name: "At work", Names: map[string]string{"zh-CN": "办公"}},
		},
		People: p.people(), Accounts: accounts(), Flows: flows,
	}
}

var flows = []Flow{
	{"order.placed", "Order placed", "shop", "orders", notify.Medium, false, channels("email push in_app"), 15, evening, 1},
	{"order.shipped", "Order shipped", "shop", "orders", notify.Medium, false, channels("email sms push in_app"), 10, business, 1},
	{"order.delivered", "Order delivered", "shop", "orders", notify.Medium, false, channels("push in_app"), 9, business, 1},
	{"order.refunded", "Order refunded", "payments", "billing", notify.Medium, false, channels("email in_app"), 2, business, 1},
	{"payment.failed", "Payment failed", "payments", "billing", notify.High, false, channels("email sms in_app"), 2.5, flat, 1},
	{"invoice.ready", "Invoice ready", "payments", "billing", notify.Low, false, channels("email"), 5, business, 1},
	{"account.created", "Account created", "accounts", "account", notify.Medium, false, channels("email"), 3, evening, 1},
	{"login.code", "Sign-in code", "accounts", "account", notify.High, true, channels("sms"), 12, evening, 1},
	{"password.reset", "Password reset", "accounts", "account", notify.High, true, channels("email"), 1.5, evening, 1},
	{"newsletter", "Newsletter", "campaigns", "marketing", notify.Low, false, channels("email"), 1.6, campaign, 25},
	{"cart.reminder", "Cart reminder", "campaigns", "marketing", notify.Low, false, channels("email push"), 5, evening, 1},
	{"review.request", "Review request", "campaigns", "marketing", notify.Low, false, channels("email"), 3, business, 1},
	{"system.down", "System down", "monitoring", "system", notify.High, true, channels("slack sms webhook"), 0.4, flat, 3},
	{"deploy.finished", "Deployment finished", "monitoring", "system", notify.Low, false, channels("slack webhook"), 1.5, business, 1},
	{"leave.approved", "Leave approved", "people", "work", notify.Medium, false, channels("wecom in_app"), 1.5, business, 1},
}

func channels(text string) []notify.Channel {
	var list []notify.Channel
	for _, name := range strings.Fields(text) {
		list = append(list, notify.Channel(name))
	}
	return list
}

func accounts() []notify.Integration {
	var list []notify.Integration
	add := func(cost int64, i notify.Integration) {
		i.ID, i.Name, i.Order, i.Weight, i.Sandbox, i.UnitCostMicros = AccountPrefix+i.Provider, i.Name+" (example)", 100+len(list), 1, true, cost
		list = append(list, i)
	}
	add(350, notify.Integration{Provider: "sendgrid", Name: "SendGrid", Channel: notify.Email})
	add(100, notify.Integration{Provider: "ses", Name: "Amazon SES", Channel: notify.Email})
	add(7900, notify.Integration{Provider: "twilio", Name: "Twilio", Channel: notify.SMS})
	add(6450, notify.Integration{Provider: "sns", Name: "Amazon SNS", Channel: notify.SMS})
	add(0, notify.Integration{Provider: "fcm", Name: "Firebase", Channel: notify.Push})
	add(0, notify.Integration{Provider: "slack", Name: "Slack", Channel: notify.Slack})
	add(0, notify.Integration{Provider: "webhook", Name: "Webhook", Channel: notify.Webhook})
	add(0, notify.Integration{Provider: "wecom", Name: "WeCom", Channel: notify.WeCom})
	return list
}

// peopleFor is how many there are: some dozens of delivery events each.
func (p Plan) peopleFor() int { return min(max(p.Size/60, 40), 20_000) }

var (
	firstNames = strings.Fields("Ada Ben Chloe Dan Elif Finn Grace Hugo Ines Jonas Kofi Lena Maya Noah Olga Priya Quinn Rosa Sven Tara Umar Vera Will Xenia Yara Zoe")
	lastNames  = strings.Fields("Archer Bauer Costa Dubois Evans Fischer Garcia Hansen Ivanov Jensen Kaya Lopez Meyer Novak Okafor Patel Rossi Silva Tanaka Walsh")
	surnames   = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙")
	givenNames = strings.Fields("伟 芳 娜 敏 静 磊 洋 艳 勇 杰 娟 涛 明 超 霞 宇 晨 雪")
	homes      = []struct{ locale, zone, code string }{
		{"en", "Europe/London", "+4477009"}, {"en", "Europe/Berlin", "+4915550"}, {"en", "America/New_York", "+1202555"},
		{"zh-CN", "Asia/Shanghai", "+8613800"}, {"zh-CN", "Asia/Singapore", "+6581234"},
	}
)

func (p Plan) people() []notify.Recipient {
	r := p.random(1)
	list := make([]notify.Recipient, p.peopleFor())
	for i := range list {
		list[i] = person(i, r)
		list[i].CreatedAt = p.start().Add(-time.Duration(r.IntN(400)) * 24 * time.Hour)
	}
	return list
}

func person(i int, r *rand.Rand) notify.Recipient {
	home := homes[min(r.IntN(8), len(homes)-1)]
	id := fmt.Sprintf("%s%05d", PersonPrefix, i+1)
	one := notify.Recipient{ID: id, Locale: home.locale, Timezone: home.zone, Data: Mark}
	if one.Locale == "zh-CN" {
		one.Name = surnames[r.IntN(len(surnames))] + givenNames[r.IntN(len(givenNames))]
	} else {
		one.Name = firstNames[r.IntN(len(firstNames))] + " " + lastNames[r.IntN(len(lastNames))]
	}
	add := func(chance float64, channel notify.Channel, address string) {
		if r.Float64() < chance {
			one.Addresses = append(one.Addresses, notify.Address{Channel: channel, Address: address})
		}
	}
	add(0.97, notify.Email, id+"@example.com")
	add(0.82, notify.SMS, fmt.Sprintf("%s%06d", home.code, i))
	add(0.64, notify.Push, "token-"+id)
	add(1, notify.InApp, id)
	if i%20 == 0 {
		add(1, notify.Slack, fmt.Sprintf("U%08d", i))
		add(0.5, notify.Webhook, "https://example.com/hooks/"+id)
	}
	if one.Locale == "zh-CN" {
		add(0.8, notify.WeCom, id)
	}
	return one
}
