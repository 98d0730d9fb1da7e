"""Cognito: what is known of people."""


def verify_addresses():
    """Whoever confirms their sign-up with the code from an e-mail has an address that is not verified all the same. On AWS it is,
    where the pool verifies addresses by itself, as ours does.
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
    """
    from ministack.services import cognito

    confirm = cognito._confirm_sign_up

    def confirm_and_verify(data):
        answer = confirm(data)
        pools = [pool for pool in cognito._user_pools.values() if data.get("ClientId") in pool["_clients"]]
        if answer[0] == 200 and "email" in pools[0].get("AutoVerifiedAttributes", []):
            user, _ = cognito._resolve_user(pools[0], data["Username"])
            verified = [{"Name": "email_verified", "Value": "true"}]
            user["Attributes"] = cognito._merge_attributes(user["Attributes"], verified)
        return answer

    cognito._confirm_sign_up = confirm_and_verify


def confirm_before_reset():
    """Whoever has not confirmed their sign-up can ask for a new password all the same. AWS refuses: a code would go to an address
    that is not verified.
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
    """
    from ministack.core.responses import error_response_json
    from ministack.services import cognito

    send = cognito._forgot_password
    verified = {"email_verified": "true", "phone_number_verified": "true"}.items()

    def send_where_it_is_verified(data):
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        user = cognito._resolve_user(pool, data.get("Username"))[0] if pool else None
        if user and not verified & cognito._attr_list_to_dict(user["Attributes"]).items():
            refusal = "Cannot reset password for the user as there is no registered/verified email or phone_number"
            return error_response_json("InvalidParameterException", refusal, 400)
        return send(data)

    cognito._forgot_password = send_where_it_is_verified


def end_sessions_everywhere():
    """An identity pool goes on giving keys for the tokens of people who have signed out everywhere. On AWS it does not, where it
    checks tokens with the user pool (`ServerSideTokenCheck`), as ours does.
    https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CognitoIdentityProvider.html
    """
    from ministack.core.responses import error_response_json
    from ministack.services import cognito

    sign_out, judge = cognito._global_sign_out, cognito._identity_logins_error

    def sign_out_and_remember(data):
        user = cognito._token_owner(cognito._token_claims(data.get("AccessToken", ""))) or {}
        ended = list(user.get("_origin_jtis", []))
        answer = sign_out(data)
        if answer[0] == 200:
            user["_ended_jtis"] = user.get("_ended_jtis", []) + ended
        return answer

    def has_ended(token):
        claims = cognito._token_claims(token)
        pool = cognito._user_pools.get(str(claims.get("iss", "")).rsplit("/", 1)[-1])
        user = cognito._user_from_token(token, pool) if pool else None
        return user is None or claims.get("origin_jti") in user.get("_ended_jtis", [])

    def judge_and_check(pool, identity_id, logins):
        error = judge(pool, identity_id, logins)
        if error is not None:
            return error
        checked = {p["ProviderName"] for p in pool.get("CognitoIdentityProviders") or [] if p.get("ServerSideTokenCheck")}
        if any(provider in checked and has_ended(token) for provider, token in (logins or {}).items()):
            return error_response_json("NotAuthorizedException", "Invalid login token. Token is expired or revoked.", 400)
        return None

    cognito._global_sign_out, cognito._identity_logins_error = sign_out_and_remember, judge_and_check


class Crowd(dict):
    """People who may be gone through while others come: whoever goes through them sees those of that moment."""

    def __iter__(self):
        return iter(list(super().keys()))

    def keys(self):
        return list(super().keys())

    def values(self):
        return list(super().values())

    def items(self):
        return list(super().items())


def go_through_people_safely():
    """Each call of Cognito is answered in a thread of its own, and many go through all people of a pool. Whoever signs up meanwhile
    breaks that off: "dictionary changed size during iteration".
    """
    from ministack.services import cognito

    handle_request = cognito.handle_request

    async def handle(method, path, headers, body, query_params):
        pools = [(pool, "_users") for pool in cognito._user_pools.values()]
        pools += [(pool, "_identities") for pool in cognito._identity_pools.values()]
        for pool, people in pools:
            if not isinstance(pool[people], Crowd):
                pool[people] = Crowd(pool[people])
        return await handle_request(method, path, headers, body, query_params)

    cognito.handle_request = handle
