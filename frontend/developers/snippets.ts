/** Commands for bash, and the envelope of replies. */
export const ADDRESS = String.raw`SITE=https://photos.example.org # the address of this site
config() { curl -s "$SITE/config.json" | jq -r ".$1"; }
API=$(config api)
curl "$API/public?limit=1"`;

export const SIGN_IN = String.raw`EMAIL=ada@example.org
read -rs -p 'Password: ' PASSWORD
REGION=$(config region)
ID_TOKEN=$(aws cognito-idp initiate-auth --no-sign-request --region "$REGION" \
  --client-id "$(config clientId)" --auth-flow USER_PASSWORD_AUTH \
  --auth-parameters "$(jq -n --arg USERNAME "$EMAIL" --arg PASSWORD "$PASSWORD" '$ARGS.named')" \
  --query AuthenticationResult.IdToken --output text)
LOGIN="cognito-idp.$REGION.amazonaws.com/$(config userPoolId)=$ID_TOKEN"
IDENTITY=$(aws cognito-identity get-id --no-sign-request --region "$REGION" \
  --identity-pool-id "$(config identityPoolId)" --logins "$LOGIN" \
  --query IdentityId --output text)
read -r KEY SECRET TOKEN < <(aws cognito-identity get-credentials-for-identity \
  --no-sign-request --region "$REGION" --identity-id "$IDENTITY" --logins "$LOGIN" \
  --query 'Credentials.[AccessKeyId,SecretKey,SessionToken]' --output text)`;

export const SIGNED_CURL = String.raw`signed_curl() {
  curl --aws-sigv4 "aws:amz:$REGION:execute-api" --user "$KEY:$SECRET" \
    -H "x-amz-security-token: $TOKEN" "$@"
}
signed_curl "$API/feed?limit=1"`;

export const KEY = String.raw`read -rs -p 'Developer key: ' API_KEY
curl -H "x-api-key: $API_KEY" "$API/public?limit=1"`;

export const ENVELOPE = {
  code: 403,
  data: null,
  notes: 'You are not signed in. Sign in, then try again.',
};
