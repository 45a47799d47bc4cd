"""Which situations of `test_codes` rest on which entry of the table: those are its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RESTING_ON: Final[Mapping[str, frozenset[str]]] = {
    "caller.password": frozenset(
        {
            "a_wrong_password",
            "a_wrong_password_of_a_reseller",
        }
    ),
    "caller.no-password": frozenset(
        {
            "no_password",
            "no_password_of_a_reseller",
        }
    ),
    "register.password": frozenset(
        {
            "registering_without_a_password",
        }
    ),
    "caller.short-password": frozenset(
        {
            "a_short_password_sending",
            "a_short_password_polling",
            "a_short_password_unregistering",
        }
    ),
    "caller.type": frozenset(
        {
            "a_terminal_that_registers_one",
            "a_reseller_that_sends",
        }
    ),
    "caller.terminal": frozenset(
        {
            "an_unknown_terminal",
        }
    ),
    "caller.no-type": frozenset(
        {
            "a_type_that_is_neither",
            "no_principal",
        }
    ),
    "caller.unregistered": frozenset(
        {
            "an_unregistered_terminal",
        }
    ),
    "caller.blocked": frozenset(
        {
            "a_blocked_terminal",
        }
    ),
    "caller.reseller": frozenset(
        {
            "an_unknown_reseller",
            "an_unknown_user_id",
        }
    ),
    "unregister.which": frozenset(
        {
            "a_reseller_without_terminals_that_unregisters",
            "a_reseller_with_two_terminals_that_unregisters",
        }
    ),
    "unregister.given": frozenset(
        {
            "a_webshop_that_unregisters",
        }
    ),
    "invoice.currency": frozenset(
        {
            "an_unknown_currency",
        }
    ),
    "invoice.total": frozenset(
        {
            "no_total",
            "no_invoice",
            "a_total_of_nothing",
            "an_update_to_less_than_nothing",
        }
    ),
    "invoice.other-currency": frozenset(
        {
            "a_refund_in_another_currency",
            "an_update_of_a_reservation_to_another_currency",
        }
    ),
    "invoice.notification-url": frozenset(
        {
            "a_notification_url_of_another_scheme",
            "a_refund_with_a_bad_notification_url",
        }
    ),
    "documented.https": frozenset({"an_https_url_in_documented_mode"}),
    "documented.token": frozenset({"an_unknown_token_in_documented_mode"}),
    "invoice.reference": frozenset(
        {
            "an_unknown_invoice",
            "a_reference_that_is_none",
            "another_terminals_invoice",
            "no_reference_on_a_webshop",
        }
    ),
    "invoice.reference-elsewhere": frozenset(
        {
            "committing_an_unknown_invoice",
            "updating_an_unknown_invoice",
            "cancelling_without_a_reference",
        }
    ),
    "cancel.paid": frozenset(
        {
            "cancelling_a_payment",
        }
    ),
    "cancel.confirming": frozenset(
        {
            "cancelling_while_the_buyer_confirms",
            "cancelling_a_part_payment",
        }
    ),
    "cancel.canceled": frozenset(
        {
            "cancelling_twice",
        }
    ),
    "cancel.ended": frozenset(
        {
            "cancelling_what_the_buyer_cancelled",
            "cancelling_what_was_reversed",
            "cancelling_a_reservation_that_lapsed",
            "cancelling_what_a_newer_invoice_superseded",
            "cancelling_what_failed",
        }
    ),
    "update.confirming": frozenset(
        {
            "updating_while_the_buyer_confirms",
        }
    ),
    "update.part-paid": frozenset(
        {
            "updating_a_part_payment",
        }
    ),
    "update.paid": frozenset(
        {
            "updating_a_payment",
        }
    ),
    "update.ended": frozenset(
        {
            "updating_what_was_cancelled",
        }
    ),
    "update.above-reserved": frozenset(
        {
            "updating_above_the_reservation",
        }
    ),
    "commit.not-reserved": frozenset(
        {
            "committing_what_is_not_reserved",
            "committing_twice",
        }
    ),
    "commit.amount": frozenset(
        {
            "committing_more_than_reserved",
            "committing_another_currency",
        }
    ),
    "refund.reference": frozenset(
        {
            "refunding_an_unknown_payment",
            "refunding_a_refund",
            "refunding_another_shops_payment",
        }
    ),
    "receipt.reference": frozenset(
        {
            "a_receipt_of_an_unknown_payment",
        }
    ),
    "refund.sum": frozenset(
        {
            "refunds_above_the_payment",
        }
    ),
    "refund.reseller": frozenset(
        {
            "a_reseller_that_may_not_refund",
        }
    ),
    "refund.account": frozenset(
        {
            "an_account_that_takes_no_refunds",
        }
    ),
    "seqr-id.alphanumeric": frozenset(
        {
            "a_seqr_id_with_an_underscore",
            "no_seqr_id",
        }
    ),
    "seqr-id.taken": frozenset(
        {
            "another_terminals_seqr_id",
        }
    ),
    "report.not-ready": frozenset(
        {
            "a_report_right_after_the_mark",
        }
    ),
    "report.never-ready": frozenset(
        {
            "a_terminals_report_of_a_shops_period",
        }
    ),
    "report.unknown": frozenset(
        {
            "an_unknown_report",
        }
    ),
    "report.period": frozenset(
        {
            "an_unknown_period",
            "a_report_before_any_mark",
            "a_mark_of_an_unknown_terminal",
        }
    ),
    "credit.user": frozenset(
        {
            "a_credit_to_an_unknown_user",
            "a_credit_to_nobody",
        }
    ),
    "credit.amount": frozenset(
        {
            "a_credit_of_nothing",
            "a_credit_in_an_unknown_currency",
        }
    ),
    "operation.unsupported": frozenset(
        {
            "an_operation_of_the_old_service",
            "crediting_over_the_older_interface",
        }
    ),
    "operation.bank-away": frozenset(
        {
            "the_bank_is_away",
        }
    ),
}
"""By the id of an entry, the situations that end otherwise when that entry is switched off."""
