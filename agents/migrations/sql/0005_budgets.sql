-- Purses: only these functions write them, and no call is paid from a purse that does not hold what it may cost.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agents_spending', 'agents_reservation'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;
REVOKE INSERT, UPDATE ON agents_spending FROM signalbox_app;
REVOKE UPDATE ON agents_reservation FROM signalbox_app;
GRANT UPDATE (settled_at, used_tokens, used_usd) ON agents_reservation TO signalbox_app;

-- The purse that a call is paid from, made or found, with what it holds as its agent declares it today.
CREATE FUNCTION signalbox_purse(of_tenant bigint, of_scope text, of_key text, is_daily boolean, most_tokens bigint, most_usd numeric)
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO agents_spending (tenant_id, scope, key, day, token_limit, usd_limit)
  VALUES (of_tenant, of_scope, of_key,
          CASE WHEN is_daily THEN to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD') ELSE '' END, most_tokens, most_usd)
  ON CONFLICT (tenant_id, scope, key, day) DO UPDATE SET token_limit = excluded.token_limit, usd_limit = excluded.usd_limit
  RETURNING id
$$;

-- Locks the purse. What is reserved under a claim that is over (its worker died, its step was taken over) is released
-- first when it is needed.
CREATE FUNCTION signalbox_check_purse(purse bigint, wanted_tokens bigint, wanted_usd numeric)
RETURNS agents_spending LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE b agents_spending;
BEGIN
  SELECT * INTO b FROM agents_spending WHERE id = purse FOR UPDATE;
  IF b.used_tokens + b.reserved_tokens + wanted_tokens <= coalesce(b.token_limit, 9e18)
     AND b.used_usd + b.reserved_usd + wanted_usd <= coalesce(b.usd_limit, 1e30) THEN
    RETURN b;
  END IF;
  UPDATE agents_reservation r SET settled_at = clock_timestamp()
  WHERE r.spending_id = purse AND r.settled_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM agents_step s WHERE s.id = r.step_id AND s.status = 'running' AND s.epoch = r.epoch);
  SELECT * INTO b FROM agents_spending WHERE id = purse;
  IF b.used_tokens + b.reserved_tokens + wanted_tokens > b.token_limit THEN
    RAISE EXCEPTION '% of % tokens of this % are used or reserved, and the next call may need %',
      b.used_tokens + b.reserved_tokens, b.token_limit, b.scope, wanted_tokens USING ERRCODE = 'SB020';
  END IF;
  IF b.used_usd + b.reserved_usd + wanted_usd > b.usd_limit THEN
    RAISE EXCEPTION '$% of $% of this % are used or reserved, and the next call may need $%',
      round(b.used_usd + b.reserved_usd, 4), round(b.usd_limit, 4), b.scope, round(wanted_usd, 4) USING ERRCODE = 'SB020';
  END IF;
  RETURN b;
END $$;

CREATE FUNCTION signalbox_reservation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE b agents_spending;
BEGIN
  IF TG_OP = 'INSERT' THEN
    b := signalbox_check_purse(NEW.spending_id, NEW.tokens, NEW.usd);
    IF NEW.settled_at IS NOT NULL OR NEW.used_tokens <> 0 OR NEW.used_usd <> 0 OR NOT EXISTS (
        SELECT 1 FROM agents_step s JOIN agents_run r ON r.id = s.run_id
        WHERE s.id = NEW.step_id AND s.status = 'running' AND s.epoch = NEW.epoch AND r.tenant_id = b.tenant_id
          AND b.key = CASE b.scope WHEN 'run' THEN r.key::text ELSE r.agent END) THEN
      RAISE EXCEPTION 'a call is paid from the purses of its own run, while its step is held' USING ERRCODE = 'SB007';
    END IF;
    UPDATE agents_spending SET reserved_tokens = reserved_tokens + NEW.tokens, reserved_usd = reserved_usd + NEW.usd WHERE id = b.id;
    RETURN NEW;
  END IF;
  IF OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL
     OR (NEW.id, NEW.spending_id, NEW.step_id, NEW.epoch, NEW.tokens, NEW.usd, NEW.made_at)
        IS DISTINCT FROM (OLD.id, OLD.spending_id, OLD.step_id, OLD.epoch, OLD.tokens, OLD.usd, OLD.made_at) THEN
    RAISE EXCEPTION 'a reservation is settled once and never rewritten' USING ERRCODE = 'SB008';
  END IF;
  UPDATE agents_spending SET reserved_tokens = reserved_tokens - OLD.tokens, reserved_usd = reserved_usd - OLD.usd,
         used_tokens = used_tokens + NEW.used_tokens, used_usd = used_usd + NEW.used_usd WHERE id = OLD.spending_id;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_reservation FOR EACH ROW EXECUTE FUNCTION signalbox_reservation();
