"""Settings become a store and a desk; every command opens them here."""

from datetime import timedelta
from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.domain.permissions import Act
from grm_console.errors import StoreError, StoreTooOld
from grm_console.i18n import _
from grm_console.settings import Settings, read_settings, state_folder
from grm_console.store import accounts
from grm_console.store.audit import AuditTrail, begin_chains, open_trail
from grm_console.store.engine import read_url
from grm_console.store.schema import SchemaState, check_schema, migrate
from grm_console.store.store import Store

_KEY_MARK = "audit-key"


def open_store(settings: Settings) -> Store:
    """The store in force.

    Raises StoreTooOld or StoreTooNew if its schema is not this program's, SettingsError if the audit key is
    missing, StoreError if it is another store's key.
    """
    store = Store(read_url(settings.database_url), trail_of(settings, create=False))
    try:
        with store.reading() as connection:
            check_schema(connection)
            noted = accounts.mark(connection, _KEY_MARK)
        if noted and noted != store.trail.fingerprint:
            raise StoreError(
                _(
                    "The audit key of this host is not the one the store was made with. Copy the key file from the "
                    "host where grm init ran, or set GRM_AUDIT_KEY."
                )
            )
    except BaseException:
        store.close()
        raise
    return store


def open_desk(settings: Settings) -> Desk:
    """The desk on the store in force; raises as `open_store` does."""
    called_back = timedelta(minutes=settings.emergency_callback_minutes)
    return Desk(
        open_store(settings),
        settings.default_region,
        settings.language,
        settings.text_rules,
        emergency_callbacks_for=called_back,
        fewest_askers=settings.question_fewest_askers,
        alarm_again=timedelta(minutes=settings.topic_alarm_minutes),
    )


def command_line() -> tuple[Desk, Actor]:
    """The desk in force and the command line's own account: it acts for whoever may read the store's file or URL."""
    desk = open_desk(read_settings())
    return desk, system_actor(desk, "system:cli")


def system_actor(desk: Desk, name: str) -> Actor:
    """The program's own account, `system:web` or `system:cli`."""
    return actor_named(desk, name)


def initialise(settings: Settings) -> SchemaState:
    """Make or migrate the schema and what every store needs; doing it again changes nothing."""
    url = read_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = migrate(url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).chmod(0o600)
    with Store(url, trail_of(settings, create=True)) as store:
        with store.reading() as connection:
            ready = accounts.mark(connection, _KEY_MARK)
        if not ready:
            with store.writing() as write:
                begin_chains(write.connection)
                accounts.make_foundation(write.connection, write.now)
                accounts.set_mark(write.connection, _KEY_MARK, store.trail.fingerprint)
            desk = Desk(store, settings.default_region, settings.language)
            actor = system_actor(desk, "system:cli")
            with store.writing() as write:
                write.audit(actor.account_id, actor.organisation_id, Act.IMPORT.value, "store:1", "init", state.needed)
    return state


def migrate_store(settings: Settings) -> SchemaState:
    """Bring an existing store's schema to this program's; StoreTooOld if there is no store yet."""
    url = read_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise StoreTooOld(_("There is no store yet. Run grm init first."))
    return migrate(url)


def trail_of(settings: Settings, *, create: bool) -> AuditTrail:
    """The audit trail with its key, from the setting or its file."""
    url = read_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        beside = Path(str(url.database))
        folder, name = settings.audit_folder or beside.parent, beside.name
    else:
        folder, name = settings.audit_folder or state_folder(), f"{url.host or 'local'}-{url.database}"
    return open_trail(
        settings.audit_key.get_secret_value(),
        folder / f"{name}.audit-key",
        folder / f"{name}.audit-head",
        create=create,
    )
