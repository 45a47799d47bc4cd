"""The credentials of a client: a terminal, a reseller's user, or both."""

from __future__ import annotations

from attrs import field, frozen

from seqrkit.environment_variables import variable
from seqrkit.errors import ConfigurationError
from seqrkit.model import PrincipalId
from seqrkit.model_base import masked
from seqrkit.soap import Secrets
from seqrkit.vocabulary import PrincipalType


@frozen(kw_only=True)
class Credentials:
    """The principals that a client can act as, with their passwords."""

    terminal_id: str | None = None
    terminal_password: str | None = field(default=None, repr=masked)
    reseller_id: str | None = None
    reseller_user: str | None = None
    reseller_password: str | None = field(default=None, repr=masked)

    @property
    def secrets(self) -> Secrets:
        """The passwords, to be masked wherever they appear."""
        known = (self.terminal_password, self.reseller_password)
        return Secrets.of(b"", *filter(None, known))

    def of(self, principal: PrincipalType, operation: str) -> tuple[PrincipalId, str]:
        """Return a principal as a request names it, and its password.

        Raises `ConfigurationError`, which names argument and variable, if one is not known.
        """
        if principal is PrincipalType.TERMINALID:
            terminal = self._needed("terminal_id", operation)
            password = self._needed("terminal_password", operation)
            return PrincipalId(id=terminal, type=principal), password
        reseller = self._needed("reseller_id", operation)
        password = self._needed("reseller_password", operation)
        combined = "/" in reseller and self.reseller_user is None  # public_test_shop/9900
        user = None if combined else self._needed("reseller_user", operation)
        return PrincipalId(id=reseller, type=principal, user_id=user), password

    def are_known(self, principal: PrincipalType) -> bool:
        """Return whether everything that `of` needs for a principal is known."""
        try:
            self.of(principal, "")
        except ConfigurationError:
            return False
        return True

    def password(self, principal: PrincipalType, operation: str) -> str:
        """Return the password of a principal; raises `ConfigurationError` if it is not known."""
        terminal = principal is PrincipalType.TERMINALID
        return self._needed("terminal_password" if terminal else "reseller_password", operation)

    def _needed(self, name: str, operation: str) -> str:
        value: str | None = getattr(self, name)
        if value is None:
            principal = "terminal" if name.startswith("terminal") else "reseller's user"
            raise ConfigurationError(
                f"{operation} is called by a {principal}, but its {name.partition('_')[2]} is not "
                f"known: set {variable(name)} or pass {name}="
            )
        return value
