"""Patches of Cognito: users and their sessions."""

# The code in every e-mail of ministack.
VERIFICATION_CODE = "123456"


def verify_addresses():
    """Marks an e-mail address as verified after its user has confirmed the sign-up with the code,
    if the user pool has AutoVerifiedAttributes. ministack leaves the address unverified.
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


def require_confirmation_before_reset():
    """Sends no code for a new password to a user without a verified address. An app client with
    PreventUserExistenceErrors receives the same reply as if the code was sent, also for a disabled
    user. Another app client receives an error. ministack sends the code.
    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
    """
    from ministack.core.responses import error_response_json
    from ministack.services import cognito

    send = cognito._forgot_password
    verified = {"email_verified": "true", "phone_number_verified": "true"}.items()

    def send_to_verified_users(data):
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        user = cognito._resolve_user(pool, data.get("Username"))[0] if pool else None
        if user is None:
            return send(data)
        is_verified = bool(verified & cognito._attr_list_to_dict(user["Attributes"]).items())
        hides_users = cognito._hides_user_existence(pool, data["ClientId"])
        if hides_users and not (is_verified and user["Enabled"]):
            return cognito._code_delivery_response(cognito._masked_destination(data["Username"]))
        if not is_verified:
            message = "Cannot reset password for the user as there is no registered/verified email or phone_number"
            return error_response_json("InvalidParameterException", message, 400)
        return send(data)

    cognito._forgot_password = send_to_verified_users


def check_tokens_after_sign_out():
    """Rejects tokens that GlobalSignOut has revoked, in identity pools with `ServerSideTokenCheck`
    and in GetUser. ministack issues credentials for these tokens and returns their user.
    https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CognitoIdentityProvider.html
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
    """
    from ministack.core.responses import error_response_json
    from ministack.services import cognito

    sign_out, check_logins = cognito._global_sign_out, cognito._identity_logins_error
    get_user = cognito._get_user

    def sign_out_and_record(data):
        user = cognito._token_owner(cognito._token_claims(data.get("AccessToken", ""))) or {}
        revoked = list(user.get("_origin_jtis", []))
        answer = sign_out(data)
        if answer[0] == 200:
            user["_revoked_jtis"] = user.get("_revoked_jtis", []) + revoked
        return answer

    def is_revoked(token):
        claims = cognito._token_claims(token)
        pool = cognito._user_pools.get(str(claims.get("iss", "")).rsplit("/", 1)[-1])
        user = cognito._user_from_token(token, pool) if pool else None
        return user is None or claims.get("origin_jti") in user.get("_revoked_jtis", [])

    def check_logins_and_tokens(pool, identity_id, logins):
        error = check_logins(pool, identity_id, logins)
        if error is not None:
            return error
        checked = {p["ProviderName"] for p in pool.get("CognitoIdentityProviders") or [] if p.get("ServerSideTokenCheck")}
        if any(provider in checked and is_revoked(token) for provider, token in (logins or {}).items()):
            return error_response_json("NotAuthorizedException", "Invalid login token. Token is expired or revoked.", 400)
        return None

    def get_user_of_valid_token(data):
        if data.get("AccessToken") and is_revoked(data["AccessToken"]):
            return error_response_json("NotAuthorizedException", "Access Token has been revoked", 400)
        return get_user(data)

    cognito._global_sign_out, cognito._identity_logins_error = sign_out_and_record, check_logins_and_tokens
    cognito._get_user = get_user_of_valid_token


def verify_before_update():
    """Keeps the value of an attribute until its user has confirmed the new value with a code, if
    the user pool has AttributesRequireVerificationBeforeUpdate. Adds VerifyUserAttribute, which
    confirms it. ministack changes the attribute at once and leaves it verified.
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserAttributeUpdateSettingsType.html
    """
    from ministack.core.responses import error_response_json, json_response
    from ministack.services import cognito

    update, dispatch = cognito._update_user_attributes, cognito._dispatch_idp
    cognito._UNSIGNED_IDP_ACTIONS.add("VerifyUserAttribute")

    def hold_back(data):
        user, pool = cognito._user_pool_for_access_token(data.get("AccessToken", ""))
        settings = (pool or {}).get("UserAttributeUpdateSettings") or {}
        held = settings.get("AttributesRequireVerificationBeforeUpdate", [])
        attributes = data.get("UserAttributes", [])
        pending = {attribute["Name"]: attribute["Value"] for attribute in attributes if attribute["Name"] in held}
        others = [attribute for attribute in attributes if attribute["Name"] not in held]
        answer = update(data | {"UserAttributes": others})
        if answer[0] != 200 or not pending:
            return answer
        user["_pending_attributes"] = user.get("_pending_attributes", {}) | pending
        details = []
        for name, value in pending.items():
            cognito._send_verification_email(pool, user["Username"], {"email": value}, VERIFICATION_CODE, name)
            details.append({"Destination": value, "DeliveryMedium": "EMAIL", "AttributeName": name})
        return json_response({"CodeDeliveryDetailsList": details})

    def verify(data):
        user, pool = cognito._user_pool_for_access_token(data.get("AccessToken", ""))
        if user is None:
            return error_response_json("NotAuthorizedException", "Invalid access token.", 400)
        name = data.get("AttributeName", "")
        value = user.get("_pending_attributes", {}).get(name)
        error = cognito._code_error(value and VERIFICATION_CODE, data.get("Code"))
        if error:
            return error
        owner = cognito._resolve_user(pool, value)[0]
        if owner is not None and owner is not user:
            return error_response_json("AliasExistsException", f"An account with the {name} already exists.", 400)
        del user["_pending_attributes"][name]
        changed = [{"Name": name, "Value": value}, {"Name": f"{name}_verified", "Value": "true"}]
        user["Attributes"] = cognito._merge_attributes(user["Attributes"], changed)
        return json_response({})

    async def dispatch_with_verification(action, data):
        if action == "VerifyUserAttribute":
            return cognito._run_idp_handler(verify, action, data)
        return await dispatch(action, data)

    cognito._update_user_attributes, cognito._dispatch_idp = hold_back, dispatch_with_verification


def check_write_attributes():
    """Rejects sign-ups and updates with attributes that are not among the WriteAttributes of the
    app client. ministack accepts every attribute, even `email_verified`.
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
    """
    from ministack.core.responses import error_response_json
    from ministack.services import cognito

    def app_client(data):
        name = data.get("ClientId") or cognito._token_claims(data.get("AccessToken", "")).get("client_id")
        pool, _ = cognito._pool_for_client(name)
        return pool["_clients"][name] if pool else {}

    def checked(change):
        def change_allowed_attributes(data):
            allowed = app_client(data).get("WriteAttributes")
            names = {attribute["Name"] for attribute in data.get("UserAttributes", [])}
            if allowed and not names <= set(allowed):
                message = "A client attempted to write unauthorized attribute"
                return error_response_json("NotAuthorizedException", message, 400)
            return change(data)

        return change_allowed_attributes

    cognito._sign_up = checked(cognito._sign_up)
    cognito._update_user_attributes = checked(cognito._update_user_attributes)


class SnapshotDict(dict):
    """A dictionary that iterates over a snapshot, so that other threads can change it meanwhile.
    """

    def __iter__(self):
        return iter(self.keys())

    def keys(self):
        # Another thread cannot run here. It can in `list(super().items())`, which creates a tuple
        # for each entry and so can start the garbage collector.
        return list(super().keys())

    def values(self):
        return [value for _, value in self.items()]

    def items(self):
        missing = object()
        pairs = ((key, self.get(key, missing)) for key in self.keys())
        return [(key, value) for key, value in pairs if value is not missing]


def iterate_over_snapshots():
    """Stores users, identities and sessions in a SnapshotDict. ministack handles each call of
    Cognito in its own thread, and many calls iterate over all entries. During a concurrent sign-up
    or sign-in, these calls fail with "dictionary changed size during iteration".
    """
    from ministack.services import cognito, sts

    # The call that issues credentials iterates over all sessions to remove expired ones.
    sts._sessions = SnapshotDict(sts._sessions)
    handle_request = cognito.handle_request

    async def handle(method, path, headers, body, query_params):
        pools = [(pool, "_users") for pool in cognito._user_pools.values()]
        pools += [(pool, "_identities") for pool in cognito._identity_pools.values()]
        for pool, users in pools:
            if not isinstance(pool[users], SnapshotDict):
                pool[users] = SnapshotDict(pool[users])
        return await handle_request(method, path, headers, body, query_params)

    cognito.handle_request = handle
