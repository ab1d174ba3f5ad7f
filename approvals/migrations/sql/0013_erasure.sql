-- What was brought in stays as it came: nobody changes or deletes it.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_import', 'approvals_importedlabel'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;
