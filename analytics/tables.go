package analytics

import "context"

// makeFresh makes an empty set of tables.
func (w *Warehouse) makeFresh(ctx context.Context) error {
	if err := w.dropFresh(ctx); err != nil {
		return err
	}
	return w.applyAll(ctx, fresh)
}

func (w *Warehouse) dropFresh(ctx context.Context) error {
	for _, view := range fillers {
		if err := w.exec(ctx, w.config.fill("DROP VIEW IF EXISTS "+view+fresh+"${on_cluster} SYNC", "")); err != nil {
			return err
		}
	}
	for _, table := range rebuilt {
		for _, local := range []string{"", "${local}"} {
			if err := w.exec(ctx, w.config.fill("DROP TABLE IF EXISTS "+table+fresh+local+"${on_cluster} SYNC", "")); err != nil {
				return err
			}
		}
	}
	return nil
}

// swap exchanges the sets. Nobody inserts meanwhile, so the views, which know
// their tables by name, are simply made anew.
func (w *Warehouse) swap(ctx context.Context) error {
	for _, view := range fillers {
		for _, set := range []string{"", fresh} {
			if err := w.exec(ctx, w.config.fill("DROP VIEW IF EXISTS "+view+set+"${on_cluster} SYNC", "")); err != nil {
				return err
			}
		}
	}
	for _, table := range rebuilt {
		text := "EXCHANGE TABLES " + table + "${local} AND " + table + fresh + "${local}${on_cluster}"
		if err := w.exec(ctx, w.config.fill(text, "")); err != nil {
			return err
		}
	}
	if err := w.applyAll(ctx, ""); err != nil {
		return err
	}
	return w.dropFresh(ctx)
}

// applyAll makes what is missing of a set.
func (w *Warehouse) applyAll(ctx context.Context, set string) error {
	files, err := schemaFiles()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := w.apply(ctx, f, set); err != nil {
			return err
		}
	}
	return nil
}

// Empty removes every row; what is read next from the stream is all there is.
func (w *Warehouse) Empty(ctx context.Context) error {
	for _, table := range rebuilt {
		if err := w.exec(ctx, w.config.fill("TRUNCATE TABLE "+table+"${local}${on_cluster}", "")); err != nil {
			return err
		}
	}
	return nil
}
