//! Invented people, companies and troubles.

/// Companies and their trades.
pub(super) const COMPANIES: [(&str, &str); 24] = [
    ("Copper Kettle Foods", "Manufacturing"),
    ("Silver Birch Timber", "Agriculture"),
    ("Lantern Quay Freight", "Transportation"),
    ("Otter & Reed Textiles", "Manufacturing"),
    ("Quiet Harbour Insurance", "Banking"),
    ("Granite Step Mining", "Energy"),
    ("Marigold Lane Clinics", "Healthcare"),
    ("Paper Crane Learning", "Education"),
    ("Blue Thistle Robotics", "Technology"),
    ("Windmill Row Energy", "Energy"),
    ("Saffron Gate Retail", "Retail"),
    ("Tin Whistle Media", "Technology"),
    ("Walnut Court Bank", "Banking"),
    ("Foxglove Instruments", "Electronics"),
    ("Seven Bridges Logistics", "Transportation"),
    ("Amber Field Dairy", "Agriculture"),
    ("Slate Roof Builders", "Engineering"),
    ("Juniper Hill Hotels", "Retail"),
    ("Long Meadow Seeds", "Agriculture"),
    ("Cobalt Finch Software", "Technology"),
    ("Ivory Bell Pharma", "Healthcare"),
    ("North Sail Shipping", "Transportation"),
    ("Rust & Rivet Works", "Engineering"),
    ("Velvet Oak Furniture", "Manufacturing"),
];

/// First names.
pub(super) const FIRST: [&str; 12] = [
    "Avery", "Blake", "Casey", "Devon", "Emery", "Finley", "Harper", "Jules", "Kendall", "Marlow",
    "Quinn", "Rowan",
];

/// Last names.
pub(super) const LAST: [&str; 11] = [
    "Ashdown",
    "Brightwater",
    "Calderwood",
    "Dunmere",
    "Elmsworth",
    "Fairbrook",
    "Greyling",
    "Hollowell",
    "Ironside",
    "Kettlewick",
    "Larkfield",
];

/// Troubles: subject, type, product area.
pub(super) const TROUBLES: [(&str, &str, &str); 16] = [
    ("Invoice export stops after page 20", "Problem", "Billing"),
    ("Search finds nothing for names with accents", "Problem", "Search"),
    ("Dashboard shows yesterday's numbers", "Problem", "Reports"),
    ("App signs out after a few seconds", "Incident", "Mobile"),
    ("Webhook deliveries arrive twice", "Problem", "Integrations"),
    ("How do we change the billing contact?", "Question", "Billing"),
    ("Please add a dark theme", "Feature Request", "Mobile"),
    ("Report schedule ignores daylight saving", "Problem", "Reports"),
    ("Import rejects files larger than 5 MB", "Problem", "Integrations"),
    ("All users see an empty page", "Incident", "Search"),
    ("Filter by several owners at once", "Feature Request", "Search"),
    ("Payment page shows the wrong currency", "Problem", "Billing"),
    ("Push messages come late", "Problem", "Mobile"),
    ("Single sign-on fails for new colleagues", "Incident", "Integrations"),
    ("PDF export cuts off wide tables", "Problem", "Reports"),
    ("What does error 4042 mean?", "Question", "Integrations"),
];

/// Comments that agents write.
pub(super) const COMMENTS: [&str; 8] = [
    "I can see the same on our test account. Passing it to engineering.",
    "The customer sent a screen recording; it is attached.",
    "Asked for the exact time of the last failure.",
    "Workaround: sign out, clear the cache, sign in again. The customer confirms that it helps.",
    "Engineering has a fix in review.",
    "The customer says it is still there after the update.",
    "Called the customer. They need this before the end of the month.",
    "Closed together with the customer.",
];
