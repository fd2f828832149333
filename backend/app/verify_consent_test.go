package app

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/config"
	"clarion/backend/consent"
	"clarion/backend/notify"
	"clarion/backend/store"
)

// spokenLog is a database in which five people said something, and where its chain
// ends.
func spokenLog(t *testing.T) (path string, head consent.Head) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "clarion.db")
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + path})
	require.NoError(t, err)
	require.NoError(t, db.Migrate(t.Context()))
	for _, who := range []string{"ada", "bo", "cho", "di", "eve"} {
		said := notify.Consent{Recipient: who, Kind: notify.ConsentUnsubscribed, Source: notify.ByLink, Wording: "Unsubscribe"}
		require.NoError(t, db.AppendConsent(t.Context(), said, time.Now()))
	}
	head, err = db.ConsentHead(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return path, head
}

func TestVerifyConsentSaysWhatSomebodyDidToTheLog(t *testing.T) {
	t.Parallel()
	const lift = "DROP TRIGGER consents_stay; DROP TRIGGER consents_stay_as_they_are;"
	const cut = lift + `DELETE FROM consents WHERE place > 3;
		UPDATE consent_head SET place = 3, seal = (SELECT seal FROM consents WHERE place = 3)`
	for name, tt := range map[string]struct {
		tamper string
		// known asks with what was written down before.
		known bool
		want  string
	}{
		"a good chain":                         {"SELECT 1", false, ""},
		"a good chain, asked with its end":     {"SELECT 1", true, ""},
		"a record that was edited":             {lift + "UPDATE consents SET source = 'member' WHERE place = 2", false, "broken at place 2: it was changed or moved"},
		"words that were edited":               {lift + "UPDATE consents SET content = replace(content, 'Unsub', 'Sub') WHERE place = 4", false, "broken at place 4: its content was changed"},
		"a record that was deleted":            {lift + "DELETE FROM consents WHERE place = 3", false, "broken at place 3: a record is missing here"},
		"the last ones cut off":                {lift + "DELETE FROM consents WHERE place > 3", false, "broken at place 4: the newest records are missing"},
		"cut off with a forged end, not known": {cut, false, ""},
		"cut off with a forged end, known":     {cut, true, "broken at place 4: the log ends before the place that was written down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, head := spokenLog(t)
			raw, err := sql.Open("sqlite", "file:"+path)
			require.NoError(t, err)
			_, err = raw.ExecContext(t.Context(), tt.tamper)
			require.NoError(t, err)
			require.NoError(t, raw.Close())
			if !tt.known {
				head = consent.Head{}
			}
			var said bytes.Buffer
			err = VerifyConsent(t.Context(), config.Config{DatabaseURL: "sqlite://" + path}, head, &said)
			if tt.want == "" {
				require.NoError(t, err)
				require.Contains(t, said.String(), "each as it was written")
				require.Contains(t, said.String(), "--place ")
				return
			}
			require.ErrorIs(t, err, ErrBroken)
			require.ErrorContains(t, err, tt.want)
			require.Empty(t, said.String())
		})
	}
}

func TestVerifyConsentProvesNothingByAFileThatIsNotThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "elsewhere.db")
	err := VerifyConsent(t.Context(), config.Config{DatabaseURL: "sqlite://" + path}, consent.Head{}, &bytes.Buffer{})
	require.ErrorContains(t, err, "find the database")
	require.NoFileExists(t, path)
}
