package access

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// Manager is who manages members. A key with Admin is an administrator without
// an id.
type Manager struct {
	ID   string
	Role Role
}

// over reports whether the manager may give, change or take away the role:
// owners every one, administrators every one below owner.
func (g Manager) over(r Role) bool {
	return g.Role == Owner || g.Role == Administrator && r != Owner
}

// manages checks that the manager may change the member at all. Nobody changes
// themselves here: the last one to hold a right could lose it by a slip.
func (g Manager) manages(m Member) error {
	if g.ID == m.ID || !g.over(m.Role) {
		return fmt.Errorf("manage member %s: %w", m.ID, notify.ErrForbidden)
	}
	return nil
}

// List returns a page of members.
func (m *Members) List(ctx context.Context, f MemberFilter, p notify.Page) ([]Member, string, error) {
	return m.Store.ListMembers(ctx, f, p)
}

// SetRole makes a member something else.
func (m *Members) SetRole(ctx context.Context, by Manager, id string, role Role) (Member, error) {
	if !slices.Contains(Roles, role) {
		return Member{}, notify.InvalidField("role", "not_an_option", fmt.Sprintf("must be one of %v", Roles))
	}
	return m.change(ctx, by, id, func(c *MemberChange) error {
		if !by.over(role) {
			return fmt.Errorf("make a member %s: %w", role, notify.ErrForbidden)
		}
		if role != Owner {
			if err := c.keepsAnOwner("role"); err != nil {
				return err
			}
		}
		c.Member.Role = role
		return nil
	})
}

// Deactivate keeps a member from signing in and ends their sessions.
func (m *Members) Deactivate(ctx context.Context, by Manager, id string) (Member, error) {
	return m.change(ctx, by, id, func(c *MemberChange) error {
		if c.Member.Active() {
			c.Member.DeactivatedAt = m.Clock.Now()
		}
		return c.keepsAnOwner("id")
	})
}

// Reactivate lets a member sign in again.
func (m *Members) Reactivate(ctx context.Context, by Manager, id string) (Member, error) {
	return m.change(ctx, by, id, func(c *MemberChange) error {
		c.Member.DeactivatedAt = Member{}.DeactivatedAt
		return nil
	})
}

// Remove deletes a member. What they did stays in the audit log under their name.
func (m *Members) Remove(ctx context.Context, by Manager, id string) error {
	_, err := m.change(ctx, by, id, func(c *MemberChange) error {
		c.Remove = true
		return c.keepsAnOwner("id")
	})
	return err
}

// ResetTwoFactor takes the second step from a member who has lost phone and
// codes, and ends their sessions. Who asked for it proves nothing here: it is for
// those who know the member, and is in the audit log.
func (m *Members) ResetTwoFactor(ctx context.Context, by Manager, id string) (Member, error) {
	return m.change(ctx, by, id, func(c *MemberChange) error {
		if !c.Member.TwoFactor {
			return fmt.Errorf("%w: %w", notify.ErrConflict, notify.InvalidField("two_factor", "wrong_state", "the member has no second step"))
		}
		c.Member.TwoFactor, c.ResetSecond = false, true
		return nil
	})
}

// EndAllOf ends every session of a member.
func (m *Members) EndAllOf(ctx context.Context, by Manager, id string) (int, error) {
	if _, err := m.change(ctx, by, id, func(*MemberChange) error { return nil }); err != nil {
		return 0, err
	}
	n, err := m.Sessions.EndSessions(ctx, id, Ending{})
	if err != nil {
		return 0, fmt.Errorf("end the sessions of member %s: %w", id, err)
	}
	return n, nil
}

func (m *Members) change(ctx context.Context, by Manager, id string, change func(*MemberChange) error) (Member, error) {
	changed, err := m.Store.ChangeMember(ctx, id, func(c *MemberChange) error {
		if err := by.manages(c.Member); err != nil {
			return err
		}
		return change(c)
	})
	if err != nil {
		return Member{}, fmt.Errorf("change member %s: %w", id, err)
	}
	return changed, nil
}

// keepsAnOwner refuses what would leave the house without an owner who can
// sign in.
func (c *MemberChange) keepsAnOwner(field string) error {
	if c.Member.Role != Owner || c.OtherOwners > 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", notify.ErrConflict, notify.InvalidField(field, "last_owner", "somebody else must be an owner first"))
}
