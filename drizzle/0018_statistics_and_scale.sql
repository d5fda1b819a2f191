DROP INDEX "debt_requests_sent";--> statement-breakpoint
DROP INDEX "debt_requests_responsible";--> statement-breakpoint
DROP INDEX "debt_requests_assignee";--> statement-breakpoint
DROP INDEX "debt_requests_division";--> statement-breakpoint
CREATE INDEX "debt_requests_by_number" ON "debt_requests" USING btree ("organization_id",("request_number" collate "C"),"response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_by_address" ON "debt_requests" USING btree ("organization_id","left"("address" || ' ' || coalesce("address_details", ''), 300),"response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_by_asker" ON "debt_requests" USING btree ("organization_id","left"("requesting_organization", 200),"response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_by_answered" ON "debt_requests" USING btree ("organization_id",coalesce("answered_at", '-infinity'::timestamptz),"response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_asker" ON "debt_requests" USING btree ("organization_id","requesting_organization_guid","status","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_debt" ON "debt_requests" USING btree ("organization_id","has_debt","status","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_fias" ON "debt_requests" USING btree ("organization_id","fias_house_guid") WHERE "debt_requests"."fias_house_guid" is not null;--> statement-breakpoint
CREATE INDEX "debt_requests_free" ON "debt_requests" USING btree ("organization_id","division_id","status","response_date") WHERE "debt_requests"."assignee_id" is null;--> statement-breakpoint
CREATE INDEX "request_events_returns" ON "request_events" USING btree ("organization_id","request_id") WHERE "request_events"."action" = 'returnForRework';--> statement-breakpoint
CREATE INDEX "exchange_items_refused" ON "exchange_items" USING btree ("organization_id","request_id") WHERE "exchange_items"."state" = 'refused' and "exchange_items"."error_kind" = 'portal';--> statement-breakpoint
CREATE INDEX "debt_requests_sent" ON "debt_requests" USING btree ("organization_id","sent_date","status","answer_source","has_debt","division_id","assignee_id","responsible_id","answered_at","response_date","id");--> statement-breakpoint
CREATE INDEX "debt_requests_responsible" ON "debt_requests" USING btree ("organization_id","responsible_id","status","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_assignee" ON "debt_requests" USING btree ("organization_id","assignee_id","status","response_date");--> statement-breakpoint
CREATE INDEX "debt_requests_division" ON "debt_requests" USING btree ("organization_id","division_id","status","response_date");