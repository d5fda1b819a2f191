CREATE TABLE "file_exports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"started_by" uuid NOT NULL,
	"filter" text NOT NULL,
	"about" text NOT NULL,
	"only_matched" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'building' NOT NULL,
	"total" integer,
	"bytes" "bytea",
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "file_exports_state" CHECK ("file_exports"."state" in ('building', 'done', 'failed', 'deleted')),
	CONSTRAINT "file_exports_bytes" CHECK (("file_exports"."bytes" is not null) = ("file_exports"."state" = 'done'))
);
--> statement-breakpoint
ALTER TABLE "file_exports" ADD CONSTRAINT "file_exports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_exports" ADD CONSTRAINT "file_exports_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "file_exports_person" ON "file_exports" USING btree ("started_by","organization_id","started_at");--> statement-breakpoint
CREATE INDEX "file_exports_building" ON "file_exports" USING btree ("started_at") WHERE "file_exports"."state" = 'building';