CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"started_by" uuid NOT NULL,
	"kind" text NOT NULL,
	"file_name" text NOT NULL,
	"bytes" "bytea",
	"state" text DEFAULT 'checking' NOT NULL,
	"report" jsonb,
	"refusal" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "imports_state" CHECK ("imports"."state" in ('checking', 'checked', 'loading', 'done', 'failed', 'cancelled')),
	CONSTRAINT "imports_bytes" CHECK (("imports"."bytes" is not null) = ("imports"."state" in ('checking', 'checked', 'loading')))
);
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "imports_organization" ON "imports" USING btree ("organization_id","started_at");--> statement-breakpoint
CREATE INDEX "imports_waiting" ON "imports" USING btree ("started_at") WHERE "imports"."state" in ('checking', 'loading');