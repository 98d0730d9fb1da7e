//! Permissions of IAM roles.

use super::Root;

impl Root {
    /// Returns the subset of `actions` that a role can perform on `resource`, according to
    /// `SimulatePrincipalPolicy`.
    pub async fn allowed_actions<'a>(&self, role: &str, actions: &[&'a str], resource: &str) -> Vec<&'a str> {
        let names: Vec<_> = (1..=actions.len()).map(|i| format!("ActionNames.member.{i}")).collect();
        let mut fields = vec![
            ("Action", "SimulatePrincipalPolicy"),
            ("Version", "2010-05-08"),
            ("PolicySourceArn", role),
            // The local cloud accepts only one resource for each call.
            ("ResourceArns.member.1", resource),
        ];
        fields.extend(names.iter().map(String::as_str).zip(actions.iter().copied()));
        let reply = self.call_query("iam", &fields).await;
        let decisions: Vec<_> = reply.split("<EvalDecision>").skip(1).collect();
        assert_eq!(decisions.len(), actions.len(), "{reply}");
        let pairs = actions.iter().zip(decisions);
        pairs.filter(|(_, decision)| decision.starts_with("allowed")).map(|(action, _)| *action).collect()
    }
}
