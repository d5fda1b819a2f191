ALTER TABLE "erased_requests" ADD COLUMN "request_id" uuid NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "erased_requests_request" ON "erased_requests" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "files_debtor" ON "files" USING btree ("debtor_id") WHERE "files"."debtor_id" is not null;--> statement-breakpoint
CREATE INDEX "notifications_request" ON "notifications" USING btree ("request_id") WHERE "notifications"."request_id" is not null;--> statement-breakpoint
CREATE INDEX "bulk_items_request" ON "bulk_items" USING btree ("request_id");--> statement-breakpoint
-- a trail goes with its whole request and not otherwise: the fact of the erasure has to be written before
CREATE OR REPLACE FUNCTION answer_trails_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM erased_requests WHERE request_id = OLD.request_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'answer_trails is append-only';
END $$;
