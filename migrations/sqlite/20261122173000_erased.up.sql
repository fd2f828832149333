-- Whoever saves messages asks who of their people was erased meanwhile: few are.
CREATE INDEX recipients_erased ON recipients (id) WHERE erased_at > 0;
