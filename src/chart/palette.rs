//! The colours of drawings, and how they become roles of the style sheet.
//!
//! plotters writes fixed colours and neither classes nor dashes. So each role is drawn in a colour
//! of its own, the one that it has in the light theme, and is replaced by the role's name
//! afterwards. A test ties them to `style/tokens.css`.

use plotters::style::RGBColor;

/// A role of the style sheet.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) color: RGBColor,
    /// What tells a line apart where colours don't.
    dash: Option<&'static str>,
}

const fn role(name: &'static str, color: (u8, u8, u8), dash: Option<&'static str>) -> Role {
    Role {
        name,
        color: RGBColor(color.0, color.1, color.2),
        dash,
    }
}

/// The series of a chart, in their order; a chart has four at most.
pub(super) const SERIES: [Role; 4] = [
    role("--data-1", (0x0d, 0x72, 0x68), None),
    role("--data-2", (0x99, 0x59, 0x0a), Some("24 16")),
    role("--data-3", (0x65, 0x49, 0xae), Some("8 14")),
    role("--data-4", (0x2f, 0x61, 0x92), Some("40 14 8 14")),
];
pub(super) const LABEL: Role = role("--text-muted", (0x55, 0x60, 0x5e), None);
pub(super) const GRID: Role = role("--border", (0xe1, 0xe5, 0xe4), None);

pub(super) const ROLES: [Role; 6] = [SERIES[0], SERIES[1], SERIES[2], SERIES[3], LABEL, GRID];

impl Role {
    /// As plotters writes it.
    pub(super) fn hex(self) -> String {
        let RGBColor(red, green, blue) = self.color;
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// The drawing with every colour as a role, and dashes where a role has some.
pub(super) fn painted(svg: &str) -> String {
    ROLES.iter().fold(svg.to_owned(), |svg, role| {
        let (from, to) = (role.hex(), format!("var({})", role.name));
        let dash = role
            .dash
            .map_or_else(String::new, |dash| format!(" stroke-dasharray=\"{dash}\""));
        svg.replace(
            &format!("stroke=\"{from}\""),
            &format!("stroke=\"{to}\"{dash}"),
        )
        .replace(&format!("fill=\"{from}\""), &format!("fill=\"{to}\""))
    })
}
