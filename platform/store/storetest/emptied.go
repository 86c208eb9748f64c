package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// emptied are the databases that tests have left as they found them.
var emptied pool

// clean is a copy of a template without rows, and what shape it had when it was made.
type clean struct{ name, shape string }

// kind is what one copy has in common with another.
type kind struct{ server, template string }

type pool struct {
	mu    sync.Mutex
	clean map[kind][]clean
}

// take returns a copy of the template, made now if there is none.
func (p *pool) take(k kind) (c clean, err error) {
	p.mu.Lock()
	if kept := p.clean[k]; len(kept) > 0 {
		c, p.clean[k] = kept[len(kept)-1], kept[:len(kept)-1]
	}
	p.mu.Unlock()
	if c.name != "" {
		return c, nil
	}
	if c.name, err = newDatabase(k.server, k.template); err != nil {
		return c, err
	}
	c.shape, err = shapeOf(k.server, c.name)
	return c, err
}

func (p *pool) put(k kind, c clean) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clean == nil {
		p.clean = map[kind][]clean{}
	}
	p.clean[k] = append(p.clean[k], c)
}

// drain drops all that is in the pool of a server.
func (p *pool) drain(server string) (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k, kept := range p.clean {
		for _, c := range kept {
			if k.server == server {
				err = errors.Join(err, drop(server, c.name))
			}
		}
	}
	return err
}

func drop(server, name string) error {
	return run(server, fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name))
}

// shape is what a test could have changed of a database besides rows.
const shape = `SELECT concat_ws(' ', (SELECT count(*) FROM pg_class), (SELECT max(oid) FROM pg_class), (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
	(SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM store_migration),
	(SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()))`

func shapeOf(server, name string) (is string, err error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, in(server, name))
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	return is, conn.QueryRow(ctx, shape).Scan(&is)
}

// wash deletes the rows of all tables but that of the migrations. Foreign keys
// are not asked meanwhile.
const wash = `DO $$ DECLARE t regclass; filled boolean; BEGIN
	SET LOCAL session_replication_role = replica;
	FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'store_migration' LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t) INTO filled;
		IF filled THEN EXECUTE format('DELETE FROM %s', t); END IF;
	END LOOP;
END $$`

// empty makes a copy of a template as it was when it had the shape. An error
// means that it cannot be used again: somebody still has a session there, or
// the test changed more than rows.
func empty(server, name, had string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, in(server, name))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := alone(ctx, conn); err != nil {
		return err
	}
	var is string
	if err := conn.QueryRow(ctx, shape).Scan(&is); err != nil || is != had {
		return fmt.Errorf("the schema of %s changed: %w", name, err)
	}
	_, err = conn.Exec(ctx, wash)
	return err
}

// alone waits until the sessions of the test have ended, which takes a moment
// after they were closed.
func alone(ctx context.Context, conn *pgx.Conn) error {
	for range 100 {
		var others int
		err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&others)
		if err != nil || others == 0 {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("somebody still uses the database")
}
