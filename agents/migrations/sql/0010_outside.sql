-- What an agent elsewhere asked for is nobody's step here: its rights are taken by redemption, and so only once.
CREATE FUNCTION signalbox_operation_not_outside() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_outsideaction a WHERE a.key = NEW.origin) THEN
    RAISE EXCEPTION 'this action is done elsewhere' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_outside BEFORE INSERT ON agents_operation
  FOR EACH ROW EXECUTE FUNCTION signalbox_operation_not_outside();
