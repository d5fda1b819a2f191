-- why an answer said what it said is kept for ever: not even the product itself may change or delete a row
CREATE FUNCTION answer_trails_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'answer_trails is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER answer_trails_append_only BEFORE UPDATE OR DELETE ON answer_trails
  FOR EACH ROW EXECUTE FUNCTION answer_trails_is_append_only();
