"""Carries out a plan, one line of progress per step. What is there already is never changed but for a depth raised."""

from __future__ import annotations

from collections.abc import Callable

from dev.grant.client import Dataverse
from dev.grant.fixes import CREATE_USER, Failed
from dev.grant.plan import Plan
from shared.dataverse import odata

Say = Callable[[str], None]


def apply(plan: Plan, dataverse: Dataverse, client_id: str, say: Say) -> None:
    """Do what the plan says; Failed with the fix where a step is refused. Steps before it stay done."""
    role_id = plan.environment.role.id if plan.environment.role else _create_role(plan, dataverse, say)
    if plan.to_add:
        _add_privileges(plan, dataverse, role_id, say)
    user = plan.environment.user
    user_id = user.id if user else _create_user(plan, dataverse, client_id, say)
    if plan.assign:
        _assign(plan, dataverse, user_id, role_id, say)


def _create_role(plan: Plan, dataverse: Dataverse, say: Say) -> str:
    body = {"name": plan.role_name, "businessunitid@odata.bind": odata.bind("businessunits", plan.environment.unit_id)}
    id = _created(dataverse.post("roles", body, "create a security role"))
    say(f'Created the role "{plan.role_name}".')
    return id


def _add_privileges(plan: Plan, dataverse: Dataverse, role_id: str, say: Say) -> None:
    body = {
        "Privileges": [{"PrivilegeId": privilege.id, "Depth": depth} for privilege, depth in plan.to_add],
    }
    action = f"{odata.key('roles', role_id)}/Microsoft.Dynamics.CRM.AddPrivilegesRole"
    dataverse.post(action, body, "add privileges to the role")
    say(f"Gave it {len(plan.to_add)} {'privilege' if len(plan.to_add) == 1 else 'privileges'}.")


def _create_user(plan: Plan, dataverse: Dataverse, client_id: str, say: Say) -> str:
    body = {
        "applicationid": client_id,
        "businessunitid@odata.bind": odata.bind("businessunits", plan.environment.unit_id),
    }
    doing = "create the application user"
    try:
        id = _created(dataverse.post("systemusers", body, doing))
    except Failed as failed:
        # Only a refusal of the user as such can come from the client id: what else failed says so itself.
        raise Failed(f"{failed}{CREATE_USER}" if f"refused to {doing}" in str(failed) else str(failed)) from None
    say(f"Created the application user for client id {client_id}.")
    return id


def _assign(plan: Plan, dataverse: Dataverse, user_id: str, role_id: str, say: Say) -> None:
    body = {"@odata.id": dataverse.root + odata.key("roles", role_id)}
    path = f"{odata.key('systemusers', user_id)}/systemuserroles_association/$ref"
    dataverse.post(path, body, "assign the role to the application user")
    say(f'Assigned the role "{plan.role_name}" to the application user.')


def _created(id: str) -> str:
    if not id:
        raise Failed("Dataverse did not say the id of what it created: repeat, and the rest is done.")
    return id
