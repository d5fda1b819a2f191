CREATE TABLE "request_addresses" (
	"organization_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "request_addresses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"text" text NOT NULL,
	CONSTRAINT "request_addresses_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
-- every request gets the number of its line by one rewriting of the table: an UPDATE of a million rows took eight minutes
ALTER TABLE "debt_requests" ADD COLUMN "address_id" bigint
  GENERATED ALWAYS AS (hashtextextended(lower(address || ' ' || coalesce(address_details, '')), 0) & 4503599627370495) STORED;--> statement-breakpoint
ALTER TABLE "debt_requests" ALTER COLUMN "address_id" DROP EXPRESSION;--> statement-breakpoint
INSERT INTO "request_addresses" ("organization_id", "id", "text") OVERRIDING SYSTEM VALUE
  SELECT DISTINCT organization_id, address_id, lower(address || ' ' || coalesce(address_details, '')) FROM debt_requests
  ON CONFLICT DO NOTHING;--> statement-breakpoint
ALTER TABLE "debtors" ADD COLUMN "searched" text GENERATED ALWAYS AS (lower(last_name || ' ' || first_name || ' ' || coalesce(middle_name, ''))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "request_addresses" ADD CONSTRAINT "request_addresses_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_addresses_text" ON "request_addresses" USING hash ("text");--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_address_line" FOREIGN KEY ("organization_id","address_id") REFERENCES "public"."request_addresses"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "debt_requests_searched" ON "debt_requests" USING btree ("organization_id","address_id","status","response_date","request_number","assignee_id","responsible_id","division_id","id");--> statement-breakpoint
CREATE INDEX "debt_requests_odd_number" ON "debt_requests" USING btree ("organization_id","request_number") WHERE "debt_requests"."request_number" ~ '[^0-9]';--> statement-breakpoint
CREATE INDEX "debtors_searched" ON "debtors" USING btree ("organization_id","searched","request_id");--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_address_known" CHECK ("debt_requests"."address_id" is not null);--> statement-breakpoint
-- a request always has its line, whoever writes it. A restored row brings its own. The lock keeps an erasure from taking away a
-- line that is found here, and makes this wait for one that is taking it away
CREATE FUNCTION debt_request_address() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line text := lower(NEW.address || ' ' || coalesce(NEW.address_details, ''));
BEGIN
  IF TG_OP = 'INSERT' AND NEW.address_id IS NOT NULL THEN
    RETURN NEW;
  END IF;
  SELECT id INTO NEW.address_id FROM request_addresses
    WHERE organization_id = NEW.organization_id AND text = line LIMIT 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    INSERT INTO request_addresses (organization_id, text) VALUES (NEW.organization_id, line) RETURNING id INTO NEW.address_id;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER debt_requests_address BEFORE INSERT OR UPDATE OF organization_id, address, address_details ON debt_requests
  FOR EACH ROW EXECUTE FUNCTION debt_request_address();
--> statement-breakpoint
-- two lines of one number, if there ever are any: the trigger gives the second its own
UPDATE "debt_requests" r SET address = address WHERE NOT EXISTS (SELECT FROM "request_addresses" a
  WHERE a.organization_id = r.organization_id AND a.id = r.address_id
    AND a.text = lower(r.address || ' ' || coalesce(r.address_details, '')));
