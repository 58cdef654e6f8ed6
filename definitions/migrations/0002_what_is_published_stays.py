"""What the database itself refuses: a changed key, a rewritten published version, an approval of one's own
change.
"""

from __future__ import annotations

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION definitions_claim_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public
AS $$ BEGIN
    INSERT INTO public.definitions_alias (tenant_id, definition_id, name, folded, source)
    VALUES (NEW.tenant_id, NEW.id, NEW.key, btrim(replace(NEW.key, '_', ' ')), 'key');
    RETURN NULL;
END $$;

CREATE FUNCTION definitions_keep_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public
AS $$ BEGIN
    IF TG_OP = 'DELETE' OR (NEW.tenant_id, NEW.key, NEW.kind) IS DISTINCT FROM (OLD.tenant_id, OLD.key,
    OLD.kind) THEN
        RAISE EXCEPTION 'A definition keeps its key and kind, and is never deleted.' USING ERRCODE =
        'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION definitions_keep_key_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog,
public AS $$ BEGIN
    IF OLD.source = 'key' OR (TG_OP = 'UPDATE' AND NEW.source = 'key') THEN
        RAISE EXCEPTION 'The key of a definition stays among its names.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION definitions_keep_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog,
public AS $$ DECLARE
    changeable CONSTANT text[] := ARRAY['status', 'effective_to', 'withdrawn_at',
                                        'withdrawn_by_id', 'successor_id',
                                        'agreed_at', 'agreed_by_id'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A version is never deleted; withdraw it.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.tenant_id, NEW.definition_id, NEW.number) IS DISTINCT FROM (OLD.tenant_id, OLD.definition_id,
    OLD.number) THEN
        RAISE EXCEPTION 'A version keeps its definition and number.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'withdrawn' THEN
        RAISE EXCEPTION 'A withdrawn version never changes.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.published_at IS NULL THEN
        IF NEW.published_at IS NOT NULL THEN
            PERFORM public.definitions_require_consent(NEW);
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - changeable IS DISTINCT FROM to_jsonb(OLD) - changeable THEN
        RAISE EXCEPTION 'A published version never changes; publish a new one.' USING ERRCODE =
        'restrict_violation';
    END IF;
    IF OLD.agreed_at IS NOT NULL AND (NEW.agreed_at, NEW.agreed_by_id) IS DISTINCT FROM (OLD.agreed_at,
    OLD.agreed_by_id) THEN
        RAISE EXCEPTION 'What was agreed stays agreed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.effective_to IS DISTINCT FROM OLD.effective_to AND (OLD.effective_to <= clock_timestamp() OR
    NEW.effective_to < now()) THEN
        RAISE EXCEPTION 'When a version was in force in the past never changes.' USING ERRCODE =
        'restrict_violation';
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status AND NOT (
        (OLD.status = 'scheduled' AND NEW.status IN ('in_force', 'replaced', 'withdrawn'))
        OR (OLD.status = 'in_force' AND NEW.status IN ('replaced', 'withdrawn'))
    ) THEN
        RAISE EXCEPTION 'A version does not go from % to %.', OLD.status, NEW.status USING ERRCODE =
        'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION definitions_require_consent(version public.definitions_version) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    -- A starter taken as it is says whose words it is; everything else needs somebody who did not write it.
    IF version.origin = 'starter' AND version.starter_unchanged THEN
        RETURN;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.definitions_review r
        WHERE r.tenant_id = version.tenant_id AND r.version_id = version.id AND r.decision = 'approve'
          AND r.checksum = version.checksum AND r.reviewer_id <> ALL (version.editors)
          AND r.reviewer_id <> version.author_id
    ) THEN
        RAISE EXCEPTION 'Nobody but its authors has approved this version.' USING ERRCODE =
        'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION definitions_start_unpublished() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog,
public AS $$ BEGIN
    IF NEW.published_at IS NOT NULL THEN
        PERFORM public.definitions_require_consent(NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION definitions_keep_reference() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog,
public AS $$ DECLARE
    touched bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
    owner bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.tenant_id ELSE OLD.tenant_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT 1 FROM public.definitions_version v
        WHERE v.tenant_id = owner AND v.id = touched AND v.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'What a published version leans on never changes.' USING ERRCODE =
        'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION definitions_keep_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog,
public AS $$ BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'A review stays as it was given; give another one.' USING ERRCODE =
        'restrict_violation';
    END IF;
    IF NEW.decision = 'approve' AND EXISTS (
        SELECT 1 FROM public.definitions_version v
        WHERE v.tenant_id = NEW.tenant_id AND v.id = NEW.version_id
          AND (v.author_id = NEW.reviewer_id OR NEW.reviewer_id = ANY (v.editors))
    ) THEN
        RAISE EXCEPTION 'Nobody approves their own change.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER claim_key AFTER INSERT ON definitions_definition
    FOR EACH ROW EXECUTE FUNCTION definitions_claim_key();
CREATE TRIGGER keep_key BEFORE UPDATE OR DELETE ON definitions_definition
    FOR EACH ROW EXECUTE FUNCTION definitions_keep_key();
CREATE TRIGGER keep_key_name BEFORE UPDATE OR DELETE ON definitions_alias
    FOR EACH ROW EXECUTE FUNCTION definitions_keep_key_name();
CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON definitions_version
    FOR EACH ROW EXECUTE FUNCTION definitions_keep_version();
CREATE TRIGGER start_unpublished BEFORE INSERT ON definitions_version
    FOR EACH ROW EXECUTE FUNCTION definitions_start_unpublished();
CREATE TRIGGER keep_reference BEFORE INSERT OR UPDATE OR DELETE ON definitions_reference
    FOR EACH ROW EXECUTE FUNCTION definitions_keep_reference();
CREATE TRIGGER keep_review BEFORE INSERT OR UPDATE OR DELETE ON definitions_review
    FOR EACH ROW EXECUTE FUNCTION definitions_keep_review();
"""

REMOVE = """
DROP TRIGGER keep_review ON definitions_review;
DROP TRIGGER keep_reference ON definitions_reference;
DROP TRIGGER start_unpublished ON definitions_version;
DROP TRIGGER keep_version ON definitions_version;
DROP TRIGGER keep_key_name ON definitions_alias;
DROP TRIGGER keep_key ON definitions_definition;
DROP TRIGGER claim_key ON definitions_definition;
DROP FUNCTION definitions_keep_review();
DROP FUNCTION definitions_keep_reference();
DROP FUNCTION definitions_start_unpublished();
DROP FUNCTION definitions_keep_version();
DROP FUNCTION definitions_require_consent(definitions_version);
DROP FUNCTION definitions_keep_key_name();
DROP FUNCTION definitions_keep_key();
DROP FUNCTION definitions_claim_key();
"""


class Migration(migrations.Migration):
    dependencies = [("definitions", "0001_registry")]

    operations = [migrations.RunSQL([FUNCTIONS, TRIGGERS], REMOVE)]
