DROP INDEX "debt_requests_house";--> statement-breakpoint
ALTER TABLE "exchange_items" ADD COLUMN "may_have_arrived" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "exchanges" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "debt_requests_hm_object" ON "debt_requests" USING btree ("organization_id","hm_object_guid");--> statement-breakpoint
CREATE INDEX "debt_requests_address" ON "debt_requests" USING hash ("address");--> statement-breakpoint
CREATE INDEX "debt_requests_open_deadline" ON "debt_requests" USING btree ("response_date") WHERE "debt_requests"."status" in ('new', 'in_progress', 'rework', 'prepared', 'ready', 'send_failed');--> statement-breakpoint
CREATE INDEX "debt_requests_house" ON "debt_requests" USING btree ("organization_id","house_guid","address_details");