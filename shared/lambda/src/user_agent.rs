//! Recognises bots and link previews, whose requests are no visits.

/// Parts of the user agents of bots, link previews and monitors, in lower case. Most bots name
/// themselves with one of the first words. A list keeps the function small: the crates for this
/// contain hundreds of patterns and a regular-expression engine.
const PARTS: [&str; 26] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "embed",
    "monitor",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-external",
    "whatsapp",
    "skypeuripreview",
    "snapchat",
    "slack",
    "discord",
    "mastodon",
    "pleroma",
    "misskey",
    "vkshare",
    "iframely",
    "pingdom",
    "lighthouse",
    "headless",
    "google-",
    "mediapartners",
    "nextcloud server",
    "synapse",
];

/// Returns `true` if the client names itself as a bot or a link preview.
pub fn is_bot(user_agent: &str) -> bool {
    let name = user_agent.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_bots_and_previews() {
        for name in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Safari/600.2.5 (Applebot/0.1)",
            "Twitterbot/1.0",
            "TelegramBot (like TwitterBot)",
            "WhatsApp/2.23.20.0",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5",
            "Synapse (bot; +https://github.com/matrix-org/synapse)",
        ] {
            assert!(is_bot(name), "{name}");
        }
    }

    #[test]
    fn counts_browsers_and_scripts() {
        for name in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/18.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/140.0.0.0 Mobile Safari/537.36",
            "python-requests/2.34.2",
            "",
        ] {
            assert!(!is_bot(name), "{name}");
        }
    }
}
