//! Days since 1970-01-01 and the calendar: the proleptic Gregorian one, as ISO 8601 has it.
//!
//! Both functions are Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
//! (`days_from_civil`, `civil_from_days`): years begin in March, so that a leap day is the last
//! day of its year, and 400 years, an era, always have 146,097 days.

const DAYS_PER_ERA: i64 = 146_097;

/// From 0000-03-01, where eras begin, to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

/// Days from 1970-01-01 to a date of the calendar; `month` is 1 to 12, `day` 1 to 31, and
/// `year` within 2^40 of zero.
pub(crate) const fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = ((month + 9) % 12) as i64;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_1970
}

/// Year, month and day so many days after 1970-01-01; `days` is within 2^62 of zero.
pub(crate) const fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + DAYS_BEFORE_1970;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use arrow::temporal_conversions::date32_to_datetime;

    use super::*;

    #[test]
    fn both_ways_and_as_arrow_counts() {
        // Every day of 800 years, and a day in every 997 of 20,000 years.
        let centuries = -146_097..146_097;
        let millennia = (-3_650_000..3_650_000).step_by(997);
        for days in centuries.chain(millennia) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            let arrow = date32_to_datetime(days as i32).unwrap();
            let ours = format!("{year:+05}-{month:02}-{day:02}");
            // chrono signs the years that have not four digits.
            let theirs = arrow.format("%Y-%m-%d").to_string();
            assert_eq!(ours.trim_start_matches('+'), theirs.trim_start_matches('+'));
        }
    }
}
