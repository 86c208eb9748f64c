package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// Check prepares a statement without running it. On PostgreSQL it also refuses
// results of a type that SQLite does not have, such as the NUMERIC of a bare
// sum over BIGINT. The guard test calls it for everything declared.
func (s *Store) Check(ctx context.Context, st *Statement) error {
	return s.check(ctx, st.Text)
}

// CheckInsert is Check for an insert.
func (s *Store) CheckInsert(ctx context.Context, i *Insert) error {
	if _, ok := s.catalog.order[i.Table]; !ok {
		return fmt.Errorf("store: no schema creates the table %s", i.Table)
	}
	text := i.head() + "VALUES ($1"
	for n := range i.Columns {
		text += fmt.Sprintf(", $%d", n+2)
	}
	return s.check(ctx, text+")"+i.tail)
}

func (s *Store) check(ctx context.Context, text string) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	v, err := s.engine.snapshot(ctx)
	if err != nil {
		return explain(s.engine, err)
	}
	defer v.rollback()
	return v.prepare(ctx, text)
}

func (s *session) prepare(ctx context.Context, text string) error {
	q, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	return q.Close()
}

// plain are the types of results that both engines give alike.
var plain = map[string]bool{"uuid": true, "text": true, "int2": true, "int4": true, "int8": true, "bool": true, "bytea": true, "void": true}

func (v postgresView) prepare(ctx context.Context, text string) error {
	return v.conn.Raw(func(c any) error {
		conn := c.(*stdlib.Conn).Conn()
		d, err := conn.Prepare(ctx, "", text)
		if err != nil {
			return err
		}
		for _, f := range d.Fields {
			kind := "unknown"
			if t, ok := conn.TypeMap().TypeForOID(f.DataTypeOID); ok {
				kind = t.Name
			}
			if !plain[kind] {
				return fmt.Errorf("the column %s is of type %s; cast it to BIGINT or TEXT", f.Name, kind)
			}
		}
		return nil
	})
}
