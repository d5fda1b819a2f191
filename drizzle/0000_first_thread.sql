CREATE TABLE "debt_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"subrequest_guid" uuid NOT NULL,
	"request_guid" uuid NOT NULL,
	"request_number" text NOT NULL,
	"export_format" text NOT NULL,
	"requesting_organization_guid" uuid NOT NULL,
	"requesting_organization" text NOT NULL,
	"requesting_organization_tel" text,
	"request_executor_guid" uuid,
	"request_executor_fio" text,
	"house_guid" uuid,
	"address_details" text,
	"hm_object_guid" uuid,
	"address_type" text,
	"fias_house_guid" uuid,
	"address" text NOT NULL,
	"period_start" date NOT NULL,
	"period_end" date NOT NULL,
	"sent_date" date NOT NULL,
	"response_date" date NOT NULL,
	"gis_request_status" text NOT NULL,
	"gis_response_status" text NOT NULL,
	"gis_answer" jsonb,
	"status" text DEFAULT 'new' NOT NULL,
	"status_before_expiry" text,
	"version" integer DEFAULT 1 NOT NULL,
	"responsible_id" uuid,
	"assignee_id" uuid,
	"match_state" text DEFAULT 'unmatched' NOT NULL,
	"verification" text DEFAULT 'not_needed' NOT NULL,
	"held_by" uuid,
	"has_debt" boolean,
	"description" text,
	"answer_saved_at" timestamp with time zone,
	"answer_saved_by" uuid,
	"answered_at" timestamp with time zone,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "debt_requests_status_known" CHECK ("debt_requests"."status" in ('new', 'in_progress', 'prepared', 'rework', 'ready', 'sending', 'answered', 'send_failed', 'revoked', 'expired')),
	CONSTRAINT "debt_requests_match_state" CHECK ("debt_requests"."match_state" in ('unmatched', 'ambiguous', 'matched', 'manual')),
	CONSTRAINT "debt_requests_verification" CHECK ("debt_requests"."verification" in ('not_needed', 'required', 'confirmed', 'rejected')),
	CONSTRAINT "debt_requests_description" CHECK (char_length("debt_requests"."description") <= 1000),
	CONSTRAINT "debt_requests_answer_filled" CHECK ("debt_requests"."status" not in ('prepared', 'ready', 'sending') or "debt_requests"."has_debt" is not null),
	CONSTRAINT "debt_requests_unverified_stays" CHECK ("debt_requests"."status" <> 'sending' or "debt_requests"."verification" <> 'required')
);
--> statement-breakpoint
CREATE TABLE "debtors" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"last_name" text NOT NULL,
	"first_name" text NOT NULL,
	"middle_name" text,
	"snils" text,
	"document_type_code" text,
	"document_series" text,
	"document_number" text,
	CONSTRAINT "debtors_snils" CHECK ("debtors"."snils" ~ '^[0-9]{11}$')
);
--> statement-breakpoint
CREATE TABLE "file_contents" (
	"file_id" uuid PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "file_uploads" (
	"file_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"attachment_guid" uuid NOT NULL,
	"uploaded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "file_uploads_file_id_organization_id_pk" PRIMARY KEY("file_id","organization_id")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"place" text DEFAULT 'pending' NOT NULL,
	"debtor_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"name" text NOT NULL,
	"extension" text NOT NULL,
	"size" integer NOT NULL,
	"document_type_code" text,
	"sha256" text NOT NULL,
	"gost_hash" text,
	"uploaded_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "files_place" CHECK ("files"."place" in ('pending', 'answer', 'debtor', 'removed')),
	CONSTRAINT "files_size" CHECK ("files"."size" between 1 and 5242880)
);
--> statement-breakpoint
CREATE TABLE "nsi_items" (
	"registry_number" integer NOT NULL,
	"code" text NOT NULL,
	"guid" uuid NOT NULL,
	"name" text NOT NULL,
	"is_actual" boolean DEFAULT true NOT NULL,
	"loaded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "nsi_items_registry_number_code_pk" PRIMARY KEY("registry_number","code")
);
--> statement-breakpoint
CREATE TABLE "request_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "request_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"from_status" text,
	"to_status" text,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"started_by" uuid,
	"state" text DEFAULT 'running' NOT NULL,
	"stop_requested" boolean DEFAULT false NOT NULL,
	"windows" jsonb NOT NULL,
	"window_index" integer DEFAULT 0 NOT NULL,
	"only_unanswered" boolean NOT NULL,
	"pages" integer DEFAULT 0 NOT NULL,
	"received" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"revoked" integer DEFAULT 0 NOT NULL,
	"complete" boolean DEFAULT false NOT NULL,
	"error_code" text,
	"error_text" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "sync_runs_state" CHECK ("sync_runs"."state" in ('running', 'done', 'failed', 'stopped'))
);
--> statement-breakpoint
CREATE TABLE "exchange_items" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "exchange_items_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"exchange_id" uuid,
	"action_type" text NOT NULL,
	"transport_guid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"content" jsonb,
	"state" text DEFAULT 'open' NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error_kind" text,
	"error_code" text,
	"error_text" text,
	"update_date" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "exchange_items_state" CHECK ("exchange_items"."state" in ('open', 'accepted', 'refused', 'not_sent')),
	CONSTRAINT "exchange_items_action" CHECK ("exchange_items"."action_type" in ('Send', 'Revoke')),
	CONSTRAINT "exchange_items_content" CHECK (("exchange_items"."action_type" = 'Send') = ("exchange_items"."content" is not null))
);
--> statement-breakpoint
CREATE TABLE "exchanges" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"service" text NOT NULL,
	"operation" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"message_guid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"gis_message_guid" uuid,
	"query" jsonb,
	"sync_run_id" uuid,
	"attempt" integer DEFAULT 1 NOT NULL,
	"retry_of" uuid,
	"polls" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"lease_token" uuid,
	"request_xml" text,
	"ack_xml" text,
	"reply_xml" text,
	"error_kind" text,
	"error_code" text,
	"error_text" text,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"submitted_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "exchanges_state" CHECK ("exchanges"."state" in ('queued', 'submitting', 'acknowledged', 'done', 'refused', 'unknown')),
	CONSTRAINT "exchanges_acknowledged" CHECK ("exchanges"."state" <> 'acknowledged' or "exchanges"."gis_message_guid" is not null)
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job" text PRIMARY KEY NOT NULL,
	"last_started_at" timestamp with time zone,
	"last_succeeded_at" timestamp with time zone,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "worker_state" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"heartbeat_at" timestamp with time zone NOT NULL,
	"engine" text NOT NULL,
	"key_problem" text,
	"certificate_valid_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "login_attempts" (
	"login" text NOT NULL,
	"address" text NOT NULL,
	"failures" integer NOT NULL,
	"last_failure_at" timestamp with time zone NOT NULL,
	CONSTRAINT "login_attempts_login_address_pk" PRIMARY KEY("login","address")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"user_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"roles" text[] NOT NULL,
	"gis_employee_guid" uuid,
	"can_send" boolean DEFAULT false NOT NULL,
	CONSTRAINT "memberships_user_id_organization_id_pk" PRIMARY KEY("user_id","organization_id"),
	CONSTRAINT "memberships_roles" CHECK ("memberships"."roles" <@ array['executor', 'head', 'debt_clerk', 'admin'] and cardinality("memberships"."roles") > 0)
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"org_ppa_guid" uuid NOT NULL,
	"executor_guid" uuid,
	"is_operator_signature" boolean DEFAULT true NOT NULL,
	"export_format" text DEFAULT '13.1.10.1' NOT NULL,
	"only_unanswered" boolean DEFAULT false NOT NULL,
	"snils_required" boolean DEFAULT false NOT NULL,
	"sync_days" integer DEFAULT 60 NOT NULL,
	"freshness_hours" integer DEFAULT 12 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_orgPpaGuid_unique" UNIQUE("org_ppa_guid"),
	CONSTRAINT "organizations_export_format" CHECK ("organizations"."export_format" in ('13.1.10.1', '14.0.0.0', '15.3.0.0')),
	CONSTRAINT "organizations_sync_days" CHECK ("organizations"."sync_days" between 1 and 1100)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"login" text NOT NULL,
	"last_name" text NOT NULL,
	"first_name" text NOT NULL,
	"patronymic" text,
	"password_hash" text NOT NULL,
	"token_version" integer DEFAULT 0 NOT NULL,
	"blocked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_login_lower" CHECK ("users"."login" = lower("users"."login"))
);
--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_responsible_id_users_id_fk" FOREIGN KEY ("responsible_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_assignee_id_users_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_held_by_users_id_fk" FOREIGN KEY ("held_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debt_requests" ADD CONSTRAINT "debt_requests_answer_saved_by_users_id_fk" FOREIGN KEY ("answer_saved_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debtors" ADD CONSTRAINT "debtors_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "debtors" ADD CONSTRAINT "debtors_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_contents" ADD CONSTRAINT "file_contents_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_debtor_id_debtors_id_fk" FOREIGN KEY ("debtor_id") REFERENCES "public"."debtors"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_uploaded_by_users_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_events" ADD CONSTRAINT "request_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_events" ADD CONSTRAINT "request_events_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request_events" ADD CONSTRAINT "request_events_actor_id_users_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sync_runs" ADD CONSTRAINT "sync_runs_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sync_runs" ADD CONSTRAINT "sync_runs_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_items" ADD CONSTRAINT "exchange_items_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_items" ADD CONSTRAINT "exchange_items_request_id_debt_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."debt_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_items" ADD CONSTRAINT "exchange_items_exchange_id_exchanges_id_fk" FOREIGN KEY ("exchange_id") REFERENCES "public"."exchanges"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_items" ADD CONSTRAINT "exchange_items_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_sync_run_id_sync_runs_id_fk" FOREIGN KEY ("sync_run_id") REFERENCES "public"."sync_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "debt_requests_subrequest" ON "debt_requests" USING btree ("organization_id","subrequest_guid");--> statement-breakpoint
CREATE INDEX "debt_requests_number" ON "debt_requests" USING btree ("organization_id","request_number");--> statement-breakpoint
CREATE INDEX "debt_requests_deadline" ON "debt_requests" USING btree ("organization_id","response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_status" ON "debt_requests" USING btree ("organization_id","status","response_date","request_number","id");--> statement-breakpoint
CREATE INDEX "debt_requests_sent" ON "debt_requests" USING btree ("organization_id","sent_date");--> statement-breakpoint
CREATE UNIQUE INDEX "debtors_position" ON "debtors" USING btree ("request_id","position");--> statement-breakpoint
CREATE INDEX "files_request" ON "files" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "request_events_request" ON "request_events" USING btree ("request_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sync_runs_one_at_a_time" ON "sync_runs" USING btree ("organization_id") WHERE "sync_runs"."state" = 'running';--> statement-breakpoint
CREATE INDEX "sync_runs_latest" ON "sync_runs" USING btree ("organization_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "exchange_items_one_open" ON "exchange_items" USING btree ("request_id") WHERE "exchange_items"."state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "exchange_items_transport" ON "exchange_items" USING btree ("transport_guid");--> statement-breakpoint
CREATE INDEX "exchange_items_exchange" ON "exchange_items" USING btree ("exchange_id");--> statement-breakpoint
CREATE INDEX "exchange_items_request" ON "exchange_items" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "exchange_items_waiting" ON "exchange_items" USING btree ("organization_id","id") WHERE "exchange_items"."state" = 'open' and "exchange_items"."exchange_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "exchanges_message" ON "exchanges" USING btree ("message_guid");--> statement-breakpoint
CREATE INDEX "exchanges_due" ON "exchanges" USING btree ("next_at") WHERE "exchanges"."state" in ('queued', 'submitting', 'acknowledged', 'unknown');--> statement-breakpoint
CREATE INDEX "exchanges_latest" ON "exchanges" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "exchanges_sync_run" ON "exchanges" USING btree ("sync_run_id");--> statement-breakpoint
CREATE INDEX "memberships_organization" ON "memberships" USING btree ("organization_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_login" ON "users" USING btree ("login");