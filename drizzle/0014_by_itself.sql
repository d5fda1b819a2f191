CREATE TABLE "auto_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"day" date NOT NULL,
	"state" text NOT NULL,
	"stop_requested" boolean DEFAULT false NOT NULL,
	"waits_for" text,
	"sent" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "auto_runs_state" CHECK ("auto_runs"."state" in ('waiting', 'running', 'done', 'stopped', 'missed')),
	CONSTRAINT "auto_runs_waits" CHECK (("auto_runs"."state" = 'waiting') = ("auto_runs"."waits_for" is not null) or "auto_runs"."state" = 'missed')
);
--> statement-breakpoint
CREATE TABLE "erased_requests" (
	"organization_id" uuid NOT NULL,
	"subrequest_guid" uuid NOT NULL,
	"erasure_id" uuid NOT NULL,
	"request_number" text NOT NULL,
	"response_date" date NOT NULL,
	"status" text NOT NULL,
	"has_debt" boolean,
	"answer_source" text,
	"answered_at" timestamp with time zone,
	"gis_message_guid" uuid,
	CONSTRAINT "erased_requests_organization_id_subrequest_guid_pk" PRIMARY KEY("organization_id","subrequest_guid")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"started_by" uuid NOT NULL,
	"deadline_from" date NOT NULL,
	"deadline_to" date NOT NULL,
	"total" integer NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "erasures_state" CHECK ("erasures"."state" in ('running', 'done')),
	CONSTRAINT "erasures_period" CHECK ("erasures"."deadline_from" <= "erasures"."deadline_to")
);
--> statement-breakpoint
CREATE TABLE "calendar_years" (
	"organization_id" uuid NOT NULL,
	"year" integer NOT NULL,
	"days_off" date[] NOT NULL,
	"working_days" date[] NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calendar_years_organization_id_year_pk" PRIMARY KEY("organization_id","year"),
	CONSTRAINT "calendar_years_year" CHECK ("calendar_years"."year" between 2020 and 2100)
);
--> statement-breakpoint
ALTER TABLE "debt_requests" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sync_runs" ADD COLUMN "cause" text DEFAULT 'manual' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "sync_at" text DEFAULT '04:15' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer" text DEFAULT 'off' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_days" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_working_days" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_at" text DEFAULT '08:00' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_comment" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_set_by" uuid;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "auto_answer_set_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "auto_runs" ADD CONSTRAINT "auto_runs_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erased_requests" ADD CONSTRAINT "erased_requests_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erased_requests" ADD CONSTRAINT "erased_requests_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "public"."erasures"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_years" ADD CONSTRAINT "calendar_years_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_years" ADD CONSTRAINT "calendar_years_set_by_users_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "auto_runs_day" ON "auto_runs" USING btree ("organization_id","day");--> statement-breakpoint
CREATE INDEX "erased_requests_erasure" ON "erased_requests" USING btree ("erasure_id");--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_one_at_a_time" ON "erasures" USING btree ("organization_id") WHERE "erasures"."state" = 'running';--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer_set_by_users_id_fk" FOREIGN KEY ("auto_answer_set_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_held" CHECK (("debt_requests"."held_by" is null) = ("debt_requests"."held_at" is null));--> statement-breakpoint
ALTER TABLE "sync_runs" ADD CONSTRAINT "sync_runs_cause" CHECK ("sync_runs"."cause" in ('manual', 'schedule', 'again', 'login', 'sending', 'autoAnswer'));--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_sync_at" CHECK ("organizations"."sync_at" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer" CHECK ("organizations"."auto_answer" in ('off', 'no_court_debt', 'all'));--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer_days" CHECK ("organizations"."auto_answer_days" between 0 and 4);--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer_at" CHECK ("organizations"."auto_answer_at" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer_comment" CHECK (char_length("organizations"."auto_answer_comment") <= 1000);--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_auto_answer_named" CHECK ("organizations"."auto_answer" = 'off' or num_nonnulls("organizations"."executor_guid", "organizations"."auto_answer_set_by", "organizations"."auto_answer_set_at") = 3);